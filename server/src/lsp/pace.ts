/** When the work of a check is done: at once where it is quick, when typing rests where it is slow, with others let in meanwhile. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node.js';
import { type Session, soon } from './session.ts';

/** A check that takes longer waits until typing rests, so that what else is asked meanwhile is answered at once. In milliseconds. */
const slowCheck = 50;
export const restDelay = 200;
/** Typing pauses that long before what rests on other files is looked at again. */
const settleDelay = 800;
/** Whoever waits for a slow check while others are typed into gets it after so many milliseconds. */
const longestWait = 3000;
/** Work in the background lets others in after so many milliseconds. */
const workSlice = 15;

/** URIs are those of documents and notebooks. */
export interface Pace {
  /** Something was edited, opened or closed: work in the background is begun anew. */
  changed(): void;
  /** Somebody types into it. */
  edited(uri: string): void;
  closed(uri: string): void;
  /** A check took so many milliseconds. Returns how many it took with what was done for it before. */
  checked(uri: string, milliseconds: number): number;
  /** What was never checked may be. */
  isSlow(uri: string): boolean;
  anySlow(): boolean;
  /** Where a check is slow: until typing rests, and most of the work is done, but not for ever. A client that types on cancels what it asked before. */
  rested(document: string, token: CancellationToken): Promise<void>;
  /** Most of the work of a check, with others let in, once for all who wait for it; false: something was edited meanwhile. */
  prepare(uri: string): Promise<boolean>;
  /** Files that import an edited one keep what they said of it until the typing stops: then they are looked at again. */
  settleSoon(uri: string): void;
}

/** `again`: what was found in other files has changed. */
export function createPace(session: Session, again: () => void): Pace {
  const { moduleOf, notebookOrText } = session;
  /** When each was edited last, how long its last check took, and what was done already for the next one, in milliseconds. */
  const edits = new Map<string, number>();
  const took = new Map<string, number>();
  /** How long the last check of a part took, which tells nothing of the whole. */
  const tookParts = new Map<string, number>();
  const prepared = new Map<string, number>();
  const preparing = new Map<string, Promise<boolean>>();
  const unsettled = new Set<string>();
  let settling: ReturnType<typeof setTimeout> | undefined;
  let settles = false;
  /** Edits so far, of whatever document. */
  let changes = 0;

  /** What is quick as a whole is not read for it. */
  const isSlow = (uri: string): boolean => (took.get(uri) ?? Infinity) >= slowCheck && (!isOfPart(uri) || (tookParts.get(uri) ?? 0) >= slowCheck);
  function isOfPart(uri: string): boolean {
    const module = soon(session).parts ? notebookOrText(uri) : undefined;
    return module?.project.checksPart(module.path) ?? false;
  }

  async function rested(document: string, token: CancellationToken): Promise<void> {
    const until = performance.now() + longestWait;
    const uri = moduleOf(document)?.uri ?? document;
    while (isSlow(uri) && !token.isCancellationRequested && performance.now() < until) {
      const wait = (edits.get(uri) ?? -restDelay) + restDelay - performance.now();
      if (wait > 0) await Promise.race([pause(wait), new Promise((resolve) => token.onCancellationRequested(resolve))]);
      else if (await prepare(uri)) break;
    }
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The document was edited meanwhile.');
  }

  function prepare(uri: string): Promise<boolean> {
    const before = preparing.get(uri);
    if (before) return before;
    const module = notebookOrText(uri);
    if (!module) return Promise.resolve(true);
    const doing = work(module.project.steps(module.path, soon(session))).then(({ done, milliseconds }) => {
      prepared.set(uri, (prepared.get(uri) ?? 0) + milliseconds);
      return done;
    }).finally(() => preparing.delete(uri));
    preparing.set(uri, doing);
    return doing;
  }

  /** Goes on with it, letting others in, as long as nothing is typed; `milliseconds` are its own. */
  async function work(steps: Iterable<void>): Promise<{ readonly done: boolean; readonly milliseconds: number }> {
    const at = changes;
    let since = performance.now();
    let milliseconds = 0;
    try {
      for (const _ of steps) {
        const now = performance.now() - since;
        if (now < workSlice) continue;
        milliseconds += now;
        await nextTurn();
        if (changes !== at) return { done: false, milliseconds };
        since = performance.now();
      }
    } catch {
      // The check comes to the same fault, and says so.
    }
    return { done: true, milliseconds: milliseconds + performance.now() - since };
  }

  function settleSoon(uri: string): void {
    unsettled.add(uri);
    clearTimeout(settling);
    settling = setTimeout(() => (settles ? settleSoon(uri) : void settle()), settleDelay);
  }

  async function settle(): Promise<void> {
    settles = true;
    try {
      if (await settled()) again();
    } finally {
      settles = false;
    }
  }

  /** Whether that changed what was found. */
  async function settled(): Promise<boolean> {
    let changed = false;
    for (const uri of unsettled) {
      const module = notebookOrText(uri);
      const before = module?.project.check(module.path, soon(session));
      if (module && !(await work(module.project.steps(module.path))).done) {
        // Something was typed meanwhile.
        settleSoon(uri);
        break;
      }
      if (module && before) changed = JSON.stringify(module.project.check(module.path).findings) !== JSON.stringify(before.findings) || changed;
      unsettled.delete(uri);
    }
    return changed;
  }

  return {
    changed: () => void changes++,
    edited: (uri) => void edits.set(uri, performance.now()),
    closed: (uri) => [edits, took, tookParts, prepared, unsettled].forEach((kept) => kept.delete(uri)),
    checked(uri, milliseconds) {
      const all = milliseconds + (prepared.get(uri) ?? 0);
      (isOfPart(uri) ? tookParts : took).set(uri, all);
      prepared.delete(uri);
      return all;
    },
    isSlow, anySlow: () => [...took.keys()].some(isSlow), rested, prepare, settleSoon,
  };
}
