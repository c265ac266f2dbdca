import { useEffect, useMemo } from "preact/hooks";
import type { Address } from "../../lab/address";
import type { Models } from "../../lab/models";
import { Card } from "../../ui/card";
import type { Kept } from "../kept";
import { Linker } from "../linked";
import { withAnswer, withDone } from "../progress";
import type { Course } from "../read/course";
import { Notes } from "./notes";
import { Inline, rendered } from "./prose";
import { Question } from "./question";
import { Experiment } from "./shown";

/** One stop of the tour, by its number from 1. */
export function StopView({
  number,
  course,
  kept,
  address,
  go,
  models,
}: {
  number: number;
  course: Course;
  kept: Kept;
  address: Address;
  go: (address: Address) => void;
  models: Models;
}) {
  const stop = course.stops[number - 1]!;
  const { update } = kept;
  useEffect(() => update((before) => withDone(before, stop.id)), [update, stop.id]);
  const terms = course.glossary?.parts;
  const [told, after] = useMemo(() => {
    const linker = new Linker(terms ?? []);
    return [rendered(stop.before, linker), rendered(stop.after, linker)];
  }, [stop, terms]);
  const answered = kept.progress.answers[stop.id];
  return (
    <>
      <p class="lead objective">
        <strong>Objective.</strong> <Inline text={stop.objective} />
        {answered?.right && <span class="quiet"> ✓ Reached.</span>}
      </p>
      {told}
      <Experiment shown={stop.shown} address={address} go={go} models={models} />
      {after}
      <Card title="Question">
        <Question
          key={stop.id}
          question={stop.question}
          answer={(right) => update((before) => withAnswer(before, stop.id, right))}
        />
      </Card>
      <Notes place={stop.id} kept={kept} />
      <nav class="row between not-printed" aria-label="Stops before and after">
        {number > 1 ? (
          <a href={`#tour/${number - 1}`}>
            ← {number - 1}. {course.stops[number - 2]!.title}
          </a>
        ) : (
          <a href="#tour">← Overview</a>
        )}
        {number < course.stops.length ? (
          <a href={`#tour/${number + 1}`}>
            {number + 1}. {course.stops[number]!.title} →
          </a>
        ) : (
          <a href="#tour/exercises">Exercises →</a>
        )}
      </nav>
    </>
  );
}
