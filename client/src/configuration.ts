/** The effective configuration as a read-only text, with links to where each value is set; it follows what is typed. */
import { commands, Disposable, DocumentLink, EventEmitter, languages, Range, Uri, window, workspace, type TextDocument } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type EffectiveConfiguration, type EffectiveConfigurationParams, effectiveConfigurationRequest } from '../../server/src/lsp/protocol.ts';

const scheme = 'sparkcheck-conf';
/** Typing pauses that long before the text is made anew, in milliseconds. */
const delay = 400;

export function createConfigurations(client: LanguageClient): Disposable {
  const changed = new EventEmitter<Uri>();
  const links = new Map<string, EffectiveConfiguration['links']>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = (uri: string, targetSpark?: string): Promise<EffectiveConfiguration | null> =>
    client.sendRequest(effectiveConfigurationRequest, { textDocument: { uri }, targetSpark } satisfies EffectiveConfigurationParams);

  async function provideTextDocumentContent(page: Uri): Promise<string> {
    const [uri, targetSpark] = JSON.parse(page.query) as [string, string?];
    const answer = await ask(uri, targetSpark);
    links.set(page.toString(), answer?.links ?? []);
    return answer?.text ?? nothingKnown;
  }

  async function show(targetSpark?: string): Promise<void> {
    const source = window.activeTextEditor?.document;
    const uri = source && uriOf(source);
    if (uri === undefined) return void window.showInformationMessage('Sparkcheck: open a program, a script that starts one, or a file of Spark settings first.');
    const name = Uri.parse(uri).path.replace(/^.*\//, '');
    const page = Uri.from({ scheme, path: `/${name}: effective configuration`, query: JSON.stringify(targetSpark === undefined ? [uri] : [uri, targetSpark]) });
    await window.showTextDocument(await workspace.openTextDocument(page), { preview: true });
  }

  async function compare(): Promise<void> {
    const source = window.activeTextEditor?.document;
    const uri = source && uriOf(source);
    const answer = uri === undefined ? undefined : await ask(uri);
    const releases = [...(answer?.releases ?? [])].reverse();
    const release = releases.length > 0 ? await window.showQuickPick(releases, { title: 'Sparkcheck: what does a move to this Spark change?' }) : undefined;
    if (release !== undefined || releases.length === 0) await show(release);
  }

  /** Pages show what is typed elsewhere. */
  function refresh({ uri }: TextDocument): void {
    const pages = workspace.textDocuments.filter((each) => each.uri.scheme === scheme);
    if (uri.scheme === scheme || uri.scheme === 'output' || pages.length === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => pages.forEach((page) => changed.fire(page.uri)), delay);
  }

  return Disposable.from(
    changed, { dispose: () => clearTimeout(timer) },
    workspace.registerTextDocumentContentProvider(scheme, { onDidChange: changed.event, provideTextDocumentContent }),
    languages.registerDocumentLinkProvider({ scheme }, {
      provideDocumentLinks: ({ uri }) => (links.get(uri.toString()) ?? []).map(({ line, start, end, uri: to, target }) => new DocumentLink(new Range(line, start, line, end), Uri.parse(to).with({ fragment: `L${target.line + 1},${target.character + 1}` }))),
    }),
    workspace.onDidChangeTextDocument(({ document }) => refresh(document)),
    workspace.onDidSaveTextDocument(refresh),
    workspace.onDidCloseTextDocument(({ uri }) => void links.delete(uri.toString())),
    commands.registerCommand('sparkcheck.showConfiguration', () => show()),
    commands.registerCommand('sparkcheck.compareConfiguration', compare),
  );
}

const nothingKnown = 'Nothing here sets a key of Spark: this is no program, no script that starts one, and no file of Spark settings.\n';

/** Of what is shown; of a page, what it was made from. */
function uriOf({ uri }: TextDocument): string | undefined {
  if (uri.scheme === scheme) return (JSON.parse(uri.query) as [string])[0];
  return uri.scheme === 'output' ? undefined : uri.toString();
}
