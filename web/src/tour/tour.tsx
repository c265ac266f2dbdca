import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Address } from "../lab/address";
import { SETTINGS } from "../lab/experiments";
import type { Models } from "../lab/models";
import { useKept } from "./kept";
import { type Course, type Files, readCourse } from "./read/course";
import "./tour.css";
import { Exercises } from "./views/exercises";
import { Glossary } from "./views/glossary";
import { Interview } from "./views/interview";
import { Overview } from "./views/overview";
import { Quiz } from "./views/quiz";
import { StopView } from "./views/stop";

/** The chapter as a path of stops. */
export function Tour({
  within,
  files,
  address,
  go,
  models,
}: {
  /** The title of the page that it is part of. */
  within: string;
  /** Markdown by file name: `elman/web/tour`, or a teacher's own. */
  files: Files;
  address: Address;
  /** Shows another address; where only its settings change, nothing is added to the history. */
  go: (address: Address) => void;
  models: Models;
}) {
  const { course, problems } = useMemo(() => readCourse(files, SETTINGS), [files]);
  const kept = useKept();
  const [, page = "", word] = address.place.split("/");
  const shown = { course, kept, address, go, models };
  const { title, lost, view } = viewOf(page, word, shown);
  useEffect(() => {
    document.title = `${title} – ${within}`;
  }, [title, within]);
  return (
    <div class="tour">
      <Places course={course} page={page} />
      <h1 tabIndex={-1}>{title}</h1>
      {lost && (
        <p role="alert" class="said warning">
          The tour has no place “{word ?? page}”. What there is stands below.
        </p>
      )}
      {problems.length > 0 && (
        <div class="card problems" role="alert">
          <h2>Files of this tour that need a look</h2>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      {view}
    </div>
  );
}

interface ViewProps {
  course: Course;
  kept: ReturnType<typeof useKept>;
  address: Address;
  go: (address: Address) => void;
  models: Models;
}

function viewOf(
  page: string,
  word: string | undefined,
  shown: ViewProps,
): { title: string; lost?: boolean; view: ComponentChildren } {
  const { course, kept, address, go } = shown;
  const { stops, exercises, quiz, interview, glossary } = course;
  const terms = glossary?.parts;
  const number = Number(page);
  const stop = Number.isInteger(number) ? stops[number - 1] : undefined;
  if (stop !== undefined)
    return { title: `${number}. ${stop.title}`, view: <StopView number={number} {...shown} /> };
  if (page === "exercises" && exercises)
    return {
      title: exercises.title,
      view: <Exercises page={exercises} terms={terms} kept={kept} />,
    };
  if (page === "quiz" && quiz) return { title: quiz.title, view: <Quiz page={quiz} kept={kept} /> };
  if (page === "interview" && interview)
    return {
      title: interview.title,
      view: <Interview page={interview} terms={terms} kept={kept} />,
    };
  if (page === "glossary" && glossary)
    return {
      title: glossary.title,
      lost: word !== undefined && !glossary.parts.some(({ id }) => id === word),
      view: <Glossary page={glossary} at={word} address={address} go={go} />,
    };
  const view = <Overview course={course} kept={kept} />;
  return { title: "The tour", lost: page !== "", view };
}

const PAGES = [
  ["exercises", "Exercises"],
  ["quiz", "Quiz"],
  ["interview", "Interview"],
  ["glossary", "Glossary"],
] as const;

function Places({ course, page }: { course: Course; page: string }) {
  const here = (place: string) => (page === place ? "page" : undefined);
  return (
    <nav class="places not-printed" aria-label="The tour">
      <a href="#tour" aria-current={here("")}>
        Overview
      </a>
      {course.stops.map((stop, n) => (
        <a
          key={stop.id}
          href={`#tour/${n + 1}`}
          aria-current={here(String(n + 1))}
          aria-label={`Stop ${n + 1}: ${stop.title}`}
          title={stop.title}
        >
          {n + 1}
        </a>
      ))}
      {PAGES.map(([place, name]) => (
        <a key={place} href={`#tour/${place}`} aria-current={here(place)}>
          {name}
        </a>
      ))}
    </nav>
  );
}
