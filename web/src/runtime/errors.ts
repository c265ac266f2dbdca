/** What was asked cannot be answered; the message says what was expected and what came. */
export class InputError extends Error {
  override name = "InputError";
}
