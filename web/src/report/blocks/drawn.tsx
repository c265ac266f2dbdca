import type { Block } from "../../payload";
import { AttentionMap } from "./attention";
import { CurveChart } from "./curve";
import { FanChart } from "./fan";
import { FiguresChart } from "./figures";
import { Live } from "./live";
import { ConfusionMatrix } from "./matrix";
import { Code, Facts, Said, Table } from "./plain";
import { SharedWords, StatePicture } from "./shares";
import { TaggedSentences } from "./tagged";
import { ColouredTexts } from "./texts";

/** A block, drawn as its kind is. */
export function Drawn({ block }: { block: Block }) {
  switch (block.kind) {
    case "said":
      return <Said {...block} />;
    case "facts":
      return <Facts {...block} />;
    case "figures":
      return <FiguresChart {...block} />;
    case "curve":
      return <CurveChart {...block} />;
    case "matrix":
      return <ConfusionMatrix {...block} />;
    case "table":
      return <Table {...block} />;
    case "texts":
      return <ColouredTexts {...block} />;
    case "words":
      return <SharedWords {...block} />;
    case "states":
      return <StatePicture {...block} />;
    case "tagged":
      return <TaggedSentences {...block} />;
    case "fan":
      return <FanChart {...block} />;
    case "attention":
      return <AttentionMap {...block} />;
    case "code":
      return <Code {...block} />;
    case "live":
      return <Live {...block} />;
  }
}
