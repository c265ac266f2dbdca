export type { ClassAnswer } from "./classes/decision";
export { InputError } from "./errors";
export type { Shares } from "./explain/shapley";
export { type Packed, type Saved, unpacked } from "./saved";
export { type Forecast, type Interval, type KeptSeries, SeriesModel } from "./series/model";
export { type Tagging, TagModel } from "./tags/model";
export type { Span } from "./tags/schemes";
export { TextModel, type TextStep } from "./text/model";
export type { TextStream } from "./text/stream";
