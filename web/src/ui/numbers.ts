import type { Unit } from "../payload";

/** A figure as a person reads it: shares in per cent, points and values as they are. */
export function said(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (unit === "share") return `${(100 * value).toFixed(1)} %`;
  if (unit === "points") return value.toFixed(1);
  return digits(value);
}

/** Four digits that count, thousands apart. */
export function digits(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-3) return value.toExponential(2);
  return value.toLocaleString("en", { maximumSignificantDigits: size >= 1000 ? 6 : 4 });
}

/** So many digits after the point, and a minus as long as a plus; never "−0.00". */
export function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** An interval, as "87.6 to 91.5 %". */
export function interval(low: number | null, high: number | null, unit: Unit): string {
  if (low === null || high === null) return "";
  if (unit === "share") return `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
  return `${said(low, unit)} to ${said(high, unit)}`;
}
