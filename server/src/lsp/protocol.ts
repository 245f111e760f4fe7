/** What client and server say to each other beyond the Language Server Protocol; both sides take it from here. */

/** Server to client, after every check of a document and whenever the server's state changes. */
export const statusNotification = 'sparkcheck/status';

export interface Status {
  readonly state: 'checking' | 'ready' | 'failed';
  /** The document that was checked (for a notebook: the notebook's own URI); absent: the server as a whole. */
  readonly uri?: string;
  /** Findings in that document. */
  readonly findings?: number;
  /** Time of that check in milliseconds. */
  readonly milliseconds?: number;
  /** For `failed`, or to name what was skipped: one sentence for the user. */
  readonly message?: string;
}

/** Client to server: what is set for the jobs that a document has a part in, as text. null: nothing is known of the document. */
export const effectiveConfigurationRequest = 'sparkcheck/effectiveConfiguration';

export interface EffectiveConfigurationParams {
  readonly textDocument: { readonly uri: string };
  /** A release: what a move to it changes follows. */
  readonly targetSpark?: string | undefined;
}

export interface EffectiveConfiguration {
  readonly text: string;
  /** Places in the text, and what they speak of; all numbers count from 0. */
  readonly links: readonly { readonly line: number; readonly start: number; readonly end: number; readonly uri: string; readonly target: { readonly line: number; readonly character: number } }[];
  /** Lines of releases that may be asked for, oldest first. */
  readonly releases: readonly string[];
}

/** What a client says of itself in `initializationOptions`. */
export interface ClientOptions {
  /** It has `openRuleCommand`. */
  readonly openRule?: boolean;
  /** It has `showHoverCommand`. */
  readonly showHover?: boolean;
}

/** The client's command that opens a rule's page; its one argument is the rule's name. */
export const openRuleCommand = 'sparkcheck.openRule';

/** The client's command that shows the hover at a place of the active editor; its arguments are line and column, from 0. */
export const showHoverCommand = 'sparkcheck.showHover';
