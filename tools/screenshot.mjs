/**
 * Takes the README's pictures, docs/images/*.png, of the example project in a real VS Code: a finding with its
 * underline and hover, its quick fix, and the hover of a key of spark-defaults.conf.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root } from './root.mjs';
import { launchBrowser, startServer } from './vscode.mjs';

const examples = join(root, 'examples');
const images = join(root, 'docs/images');

await build();
await mkdir(images, { recursive: true });
const server = await startServer({
  linked: root,
  settings: {
    'workbench.colorTheme': 'Default Light Modern',
    'editor.fontSize': 14,
    'editor.minimap.enabled': false,
    'editor.stickyScroll.enabled': false,
    'workbench.sideBar.location': 'right',
    'workbench.layoutControl.enabled': false,
    'window.commandCenter': false,
    'editor.hover.delay': 100,
  },
});
let browser;
try {
  browser = await launchBrowser();
  await finding('retail/daily_report.py', 'cache', 'finding.png', 'quick-fix.png');
  await key('conf/spark-default.conf', 'cacheExecutorIdleTimeout', 'key.png');
} finally {
  await browser?.close();
  await server.stop();
}

/** A window on one of the examples, with its findings underlined. */
async function windowOn(file) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 }, deviceScaleFactor: 2 });
  await page.goto(server.url(examples, { open: join(examples, file) }));
  await page.waitForSelector('.squiggly-error, .squiggly-warning, .squiggly-info', { timeout: 60_000 });
  // The side bar and what else moves while a window opens.
  await page.keyboard.press('Control+B');
  await page.waitForTimeout(1500);
  return page;
}

/** Moves the pointer to the middle of a word of the editor, and waits for what VS Code shows of it. */
async function hover(page, word) {
  const place = await page.evaluate((text) => {
    const walker = document.createTreeWalker(document.querySelector('.monaco-editor .view-lines'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const start = walker.currentNode.textContent.indexOf(text);
      if (start < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, start);
      range.setEnd(walker.currentNode, start + text.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    return undefined;
  }, word);
  if (!place) throw new Error(`${word} is not in the window`);
  await page.mouse.move(place.x, place.y, { steps: 5 });
  await page.waitForSelector('.monaco-hover:not(.hidden) .hover-contents', { timeout: 10_000 });
  await page.waitForTimeout(800);
  return place;
}

async function finding(file, word, hoverImage, fixImage) {
  const page = await windowOn(file);
  const place = await hover(page, word);
  await page.screenshot({ path: join(images, hoverImage) });
  await page.mouse.click(place.x, place.y);
  await page.keyboard.press('Control+.');
  await page.waitForSelector('.action-widget', { timeout: 10_000 });
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(images, fixImage) });
  await page.close();
}

async function key(file, word, image) {
  const page = await windowOn(file);
  await hover(page, word);
  await page.screenshot({ path: join(images, image) });
  await page.close();
}
