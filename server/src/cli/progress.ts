/** A line on the terminal, once a run has taken a second. */

export interface Progress {
  step(): void;
  /** Removes the line. */
  end(): void;
}

const patience = 1000;
const interval = 100;

export function createProgress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const start = Date.now();
  let done = 0;
  let last = 0;
  return {
    step() {
      done++;
      const now = Date.now();
      if (!stream.isTTY || now - start < patience || now - last < interval) return;
      last = now;
      stream.write(`\r\u001B[Kchecking ${done} of ${total} files`);
    },
    end() {
      if (last > 0) stream.write('\r\u001B[K');
    },
  };
}
