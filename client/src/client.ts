/** The language client: which documents go to the server, and how the server is started. */
import { Uri, type Diagnostic, type ExtensionContext, type LogOutputChannel, type TextDocument } from 'vscode';
import { LanguageClient, RevealOutputChannelOn, TransportKind, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { type ClientOptions, openRuleCommand } from '../../server/src/lsp/protocol.ts';

/** No `git:` or `output:` documents: the left side of a diff is not worth a finding. */
export const schemes = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs'];
/** YAML, JSON and XML stay what the editor calls them: of these the server reads what is Spark's, and says nothing of the rest. */
export const languages = ['python', 'scala', 'spark-properties', 'shellscript', 'dockerfile', 'makefile', 'sql', 'yaml', 'json', 'jsonc', 'xml'];
/** Whose every file may hold a program of Spark; of the others most have nothing to do with it. */
const ofSpark: ReadonlySet<string> = new Set(['python', 'scala', 'spark-properties']);
/** Whether a document is a reason to start the server: any YAML or JSON file wakes the extension, few speak of Spark. */
export const concernsSpark = (document: TextDocument): boolean =>
  schemes.includes(document.uri.scheme) && languages.includes(document.languageId) && (ofSpark.has(document.languageId) || /spark/i.test(document.getText()));
const patterns: Readonly<Record<string, string>> = { xml: '**/*-site.xml' };
export const documentSelector = schemes.flatMap((scheme) => languages.map((language) => ({ scheme, language, ...(patterns[language] === undefined ? {} : { pattern: patterns[language] }) })));

export function createClient(context: ExtensionContext, output: LogOutputChannel): LanguageClient {
  const module = context.asAbsolutePath('dist/server.js');
  const serverOptions: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6019', '--enable-source-maps'] } },
  };
  const clientOptions: LanguageClientOptions = {
    documentSelector,
    initializationOptions: { openRule: true, showHover: true } satisfies ClientOptions,
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // Without this the client would ask again on save only.
    diagnosticPullOptions: { onChange: true, onSave: true },
    middleware: {
      provideDiagnostics: async (document, previousResultId, token, next) => {
        const report = await next(document, previousResultId, token);
        if (report?.kind === 'full') report.items.forEach(linkToBundledPage);
        return report;
      },
      handleDiagnostics: (uri, diagnostics, next) => {
        diagnostics.forEach(linkToBundledPage);
        next(uri, diagnostics);
      },
    },
  };
  return new LanguageClient('sparkcheck', 'Sparkcheck', serverOptions, clientOptions);
}

/** A finding's code links to its page on the web; the extension carries the same page, which needs no network. */
function linkToBundledPage(diagnostic: Diagnostic): void {
  const { code } = diagnostic;
  if (typeof code !== 'object') return;
  const argument = encodeURIComponent(JSON.stringify([code.value]));
  diagnostic.code = { value: code.value, target: Uri.parse(`command:${openRuleCommand}?${argument}`) };
}
