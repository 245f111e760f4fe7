/** Requests that cannot be answered get the protocol's own errors: too early, too late, without what they must hold. */
import { type CancellationToken, ErrorCodes, ResponseError } from 'vscode-languageserver/node.js';

interface Answering {
  /** A handler that is reached between `begin` and `end` alone, with parameters that hold what it reads. */
  answer<P, R>(isWhole: (params: unknown) => boolean, handler: (params: P, token: CancellationToken) => R): (params: P, token: CancellationToken) => R;
  begin(): void;
  end(): void;
}

export type Answer = Answering['answer'];

export function answering(): Answering {
  let state: 'new' | 'open' | 'ended' = 'new';
  return {
    answer: (isWhole, handler) => (params, token) => {
      if (state === 'new') throw new ResponseError(ErrorCodes.ServerNotInitialized, 'The server was not initialized yet.');
      if (state === 'ended') throw new ResponseError(ErrorCodes.InvalidRequest, 'The server was shut down.');
      if (!isWhole(params)) throw new ResponseError(ErrorCodes.InvalidParams, 'The parameters lack what this request needs.');
      return handler(params, token);
    },
    begin: () => void (state = 'open'),
    end: () => void (state = 'ended'),
  };
}

// The protocol promises these parts; what comes over the wire may be anything.
interface Wire {
  readonly textDocument?: { readonly uri?: unknown };
  readonly position?: WirePosition;
  readonly range?: { readonly start?: WirePosition; readonly end?: WirePosition };
  readonly label?: unknown;
  readonly targetSpark?: unknown;
}
interface WirePosition {
  readonly line?: unknown;
  readonly character?: unknown;
}

export const hasDocument = (params: unknown): boolean => typeof (params as Wire | undefined)?.textDocument?.uri === 'string';
export const hasPlace = (params: unknown): boolean => hasDocument(params) && isPosition((params as Wire).position);
export const hasRange = (params: unknown): boolean => hasDocument(params) && isPosition((params as Wire).range?.start) && isPosition((params as Wire).range?.end);
export const hasDocumentAndRelease = (params: unknown): boolean => hasDocument(params) && ((params as Wire).targetSpark === undefined || typeof (params as Wire).targetSpark === 'string');
export const isItem = (params: unknown): boolean => typeof (params as Wire | undefined)?.label === 'string';

const isPosition = (position: WirePosition | undefined): boolean => isCount(position?.line) && isCount(position?.character);
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
