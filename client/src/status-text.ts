/** What the status item says. */
import type { Status } from '../../server/src/lsp/protocol.ts';

export function headline({ state, findings }: Status): string {
  if (state === 'failed') return 'Sparkcheck: failed';
  if (findings === undefined) return 'Sparkcheck';
  return `Sparkcheck: ${findings === 1 ? '1 finding' : `${findings} findings`}`;
}

export function detail({ message, milliseconds }: Status): string {
  return message ?? (milliseconds === undefined ? '' : `checked in ${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`);
}
