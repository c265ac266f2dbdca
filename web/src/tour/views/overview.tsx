import type { Kept } from "../kept";
import type { Progress } from "../progress";
import type { Course } from "../read/course";
import type { Stop } from "../read/files";
import { Keep } from "./keep";
import { Inline } from "./prose";

/** Every objective, and how far the reader has come with it. */
export function Overview({ course, kept }: { course: Course; kept: Kept }) {
  const { stops, exercises, quiz, interview } = course;
  const { progress } = kept;
  const reached = stops.filter((stop) => progress.answers[stop.id]?.right).length;
  const next = stops.findIndex((stop) => !progress.answers[stop.id]?.right);
  const best = progress.quiz.reduce((most, { right, of }) => Math.max(most, right / of), 0);
  const done = (parts: readonly { id: string }[] = [], room: string) =>
    parts.filter(({ id }) => progress.done.includes(`${room}/${id}`)).length;
  return (
    <>
      <p class="lead">
        Each stop has an objective, an experiment and a question. Read, try, answer. Then come
        exercises, a quiz and questions to be answered aloud.
      </p>
      <div class="row">
        <progress max={Math.max(stops.length, 1)} value={reached} aria-label="Objectives reached" />
        <span>
          {reached} of {stops.length} objectives reached
        </span>
        {next >= 0 && (
          <a href={`#tour/${next + 1}`}>
            {reached === 0 && next === 0 ? "Begin" : `Go on with stop ${next + 1}`}
          </a>
        )}
      </div>
      <ol class="stops">
        {stops.map((stop, n) => (
          <li key={stop.id} class="card">
            <h2>
              <a href={`#tour/${n + 1}`}>
                {n + 1}. {stop.title}
              </a>
            </h2>
            <p>
              <Inline text={stop.objective} />
            </p>
            <p class="quiet">{standing(stop, progress)}</p>
          </li>
        ))}
      </ol>
      <ul class="pages">
        {exercises && (
          <li>
            <a href="#tour/exercises">{exercises.title}</a>: {done(exercises.parts, "exercises")} of{" "}
            {exercises.parts.length} done
          </li>
        )}
        {quiz && (
          <li>
            <a href="#tour/quiz">{quiz.title}</a>:{" "}
            {progress.quiz.length === 0
              ? `${quiz.parts.length} questions`
              : `best of ${progress.quiz.length}: ${Math.round(100 * best)} %`}
          </li>
        )}
        {interview && (
          <li>
            <a href="#tour/interview">{interview.title}</a>: {done(interview.parts, "interview")} of{" "}
            {interview.parts.length} answered
          </li>
        )}
        <li>
          <a href="#tour/glossary">Glossary</a>
        </li>
      </ul>
      <Keep kept={kept} />
    </>
  );
}

function standing(stop: Stop, { answers, done, notes }: Progress): string {
  const answered = answers[stop.id];
  const tries = answered === undefined ? "" : ` at try ${answered.tries}`;
  const how = answered?.right
    ? `✓ Reached: answered rightly${tries}`
    : answered !== undefined
      ? `Answered, not rightly yet (${answered.tries} ${answered.tries === 1 ? "try" : "tries"})`
      : done.includes(stop.id)
        ? "Opened; its question is open"
        : "Not begun";
  return notes[stop.id] === undefined ? `${how}.` : `${how}. You took notes.`;
}
