/** Work that may pause: whoever does it may look after others in between, and need not go on with it. */
export type Steps<T> = Generator<void, T, void>;

/** Without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
