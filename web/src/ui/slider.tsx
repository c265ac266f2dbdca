/** One number to drag, with its value beside it. */
export function Slider({
  label,
  value,
  onInput,
  min,
  max,
  step,
  shown = String,
}: {
  label: string;
  value: number;
  onInput: (value: number) => void;
  min: number;
  max: number;
  step: number;
  /** How the value is written. */
  shown?: (value: number) => string;
}) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown(value)}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
      <output>{shown(value)}</output>
    </label>
  );
}
