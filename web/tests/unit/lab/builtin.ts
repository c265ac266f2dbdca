import { readFileSync } from "node:fs";
import { modelOf, type Packed, SeriesModel, TextModel } from "../../../src/runtime";

/** The files of `elman/web/models`. */
export function builtIn<T>(name: string): T {
  const place = new URL(`../../../../elman/web/models/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(place, "utf-8"));
}

export function textModel(name: string): TextModel {
  const { model } = modelOf(builtIn<Packed>(name));
  if (!(model instanceof TextModel)) throw new Error(`${name} reads no texts`);
  return model;
}

export function seriesModel(name: string): SeriesModel {
  const { model } = modelOf(builtIn<Packed>(name));
  if (!(model instanceof SeriesModel)) throw new Error(`${name} reads no series`);
  return model;
}
