/** A few values to choose from, all in sight; arrows move between them, as of radio buttons. */
export function Choice<T extends string | number>({
  label,
  values,
  value,
  onChange,
  named = String,
}: {
  label: string;
  values: readonly T[];
  value: T;
  onChange: (value: T) => void;
  /** How a value is written. */
  named?: (value: T) => string;
}) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {values.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name={label}
            checked={each === value}
            onChange={() => onChange(each)}
          />
          {named(each)}
        </label>
      ))}
    </fieldset>
  );
}
