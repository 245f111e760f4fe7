/** The status item beside the language of the active file: state, number of findings, time of the last check. */
import { languages, LanguageStatusSeverity, window, type Disposable } from 'vscode';
import { State } from 'vscode-languageclient/node';
import { documentSelector } from './client.ts';
import { detail, headline } from './status-text.ts';
import type { Status } from '../../server/src/lsp/protocol.ts';

export interface StatusItem extends Disposable {
  show(status: Status): void;
  serverIs(state: State): void;
}

export function createStatusItem(): StatusItem {
  const item = languages.createLanguageStatusItem('sparkcheck.status', documentSelector);
  const lastOf = new Map<string, Status>();
  let server: Status = { state: 'ready', message: 'Nothing of Spark is open' };
  item.name = 'Sparkcheck';
  item.command = { command: 'sparkcheck.showOutput', title: 'Show log' };

  function draw(): void {
    const document = window.activeTextEditor?.document;
    const notebook = window.activeNotebookEditor?.notebook;
    const status = lastOf.get((notebook ?? document)?.uri.toString() ?? '') ?? server;
    item.busy = status.state === 'checking';
    item.severity = status.state === 'failed' ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    item.text = headline(status);
    item.detail = detail(status);
  }

  const onEditor = window.onDidChangeActiveTextEditor(draw);
  draw();
  return {
    show(status) {
      if (status.uri === undefined) server = status;
      else lastOf.set(status.uri, status);
      draw();
    },
    serverIs(state) {
      lastOf.clear();
      server = state === State.Running ? { state: 'ready' } : state === State.Starting ? { state: 'checking', message: 'Starting' } : { state: 'failed', message: 'The server is not running' };
      draw();
    },
    dispose() {
      onEditor.dispose();
      item.dispose();
    },
  };
}
