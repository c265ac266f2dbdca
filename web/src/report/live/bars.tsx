/** How probable each class is, the most probable first; at most eight. */
export function Bars({ probabilities }: { probabilities: Readonly<Record<string, number>> }) {
  const sorted = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  return (
    <div class="bars">
      {sorted.slice(0, 8).map(([name, p]) => (
        <div key={name}>
          <span>{name}</span>
          <span class="bar">
            <span style={{ width: `${100 * p}%` }} />
          </span>
          <span class="number">{(100 * p).toFixed(1)} %</span>
        </div>
      ))}
    </div>
  );
}
