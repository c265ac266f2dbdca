import type { DecoderState, Source, TranslationNetwork } from "./network";
import { BEGIN, END, PADDING } from "./pieces";

/** How translations are looked for. */
export interface Search {
  /** Beginnings kept; 1 is greedy. */
  width: number;
  /** Of length: what a translation is ranked by is its log probability over ((5 + T) / 6) to this. */
  penalty: number;
  /** Pieces a translation may have, at most; and twice those of the source and ten more. */
  longest: number;
}

/** One translation of a sentence. */
export interface Found {
  /** Numbers, without the end. */
  pieces: number[];
  /** What it was ranked by; higher is better. */
  score: number;
  /** `(T, S)`: which share of its look each piece has at each of the source. */
  attention: Float32Array[];
}

interface Beginning {
  sum: number;
  pieces: number[];
  attention: Float32Array[];
  state: DecoderState;
}

/** How a beginning may go on. */
interface Way {
  total: number;
  row: number;
  piece: number;
}

/** Return up to `width` translations of a sentence, the best first, as `runtime.translation.beam`. */
export function search(network: TranslationNetwork, source: Source, how: Search): Found[] {
  const ended: Found[] = [];
  const most = Math.min(2 * source.steps + 10, how.longest);
  let live: Beginning[] = [{ sum: 0, pieces: [], attention: [], state: network.start(source) }];
  const keep = (total: number, pieces: number[], attention: Float32Array[], end: number) => {
    const score = total / ((5 + pieces.length + end) / 6) ** how.penalty;
    ended.push({ pieces, score, attention });
  };
  for (let step = 1; step <= most && ended.length < how.width; step++) {
    const said = live.map(({ state, pieces }) =>
      network.step(source, state, pieces.at(-1) ?? BEGIN),
    );
    const ways = best(
      live,
      said.map(({ scores }) => logsOf(scores)),
      2 * how.width,
    );
    // as many may end as go on, so twice as many are looked at
    for (const { total, row, piece } of ways.slice(0, how.width)) {
      if (piece === END) {
        keep(total, live[row]!.pieces, live[row]!.attention, 1);
      }
    }
    live = ways
      .filter(({ piece }) => piece !== END)
      .slice(0, how.width)
      .map(({ total, row, piece }) => ({
        sum: total,
        pieces: [...live[row]!.pieces, piece],
        attention: [...live[row]!.attention, said[row]!.attention],
        state: said[row]!.state,
      }));
    if (step === most && !ended.length) {
      const { sum, pieces, attention } = live[0]!;
      keep(sum, pieces, attention, 0);
    }
  }
  return ended.sort((a, b) => b.score - a.score).slice(0, how.width);
}

/** Return the best ways to go on, the best first; of equal ones that of the earlier row and piece. */
function best(live: Beginning[], logs: Float64Array[], count: number): Way[] {
  const ways: Way[] = [];
  live.forEach(({ sum }, row) => {
    logs[row]!.forEach((log, piece) => {
      const total = sum + log;
      if (total === -Infinity || (ways.length === count && total <= ways.at(-1)!.total)) {
        return;
      }
      let at = ways.length;
      while (at && ways[at - 1]!.total < total) {
        at--;
      }
      ways.splice(at, 0, { total, row, piece });
      ways.length = Math.min(ways.length, count);
    });
  });
  return ways;
}

/** Return logarithmic probabilities of the next piece; padding and the beginning are none. */
function logsOf(scores: Float32Array): Float64Array {
  const logs = Float64Array.from(scores);
  logs[PADDING] = -Infinity;
  logs[BEGIN] = -Infinity;
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
  return logs.map((log) => log - most - total);
}
