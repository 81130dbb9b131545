// Links of the documents: in the repository, and in the site that is made of them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DESCRIPTORS } from '../../src/providers/descriptors';
import { buildDocs } from '../../web/docs/site/build';
import { slugOf } from '../../web/docs/site/markdown';
import { readContents } from '../../web/docs/site/pages';
import { documents, prose, ROOT, readDocument } from './documents';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'docs-'));
const site = path.join(folder, 'docs');
const pages = () =>
  fs.readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));

beforeAll(async () => {
  fs.mkdirSync(site);
  fs.copyFileSync(path.join(ROOT, 'web', 'docs', 'index.html'), path.join(site, 'index.html'));
  await buildDocs(ROOT, folder);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function anchorsOf(file: string): Set<string> {
  const taken = new Set<string>();
  for (const [, heading = ''] of prose(readDocument(file)).matchAll(/^#+ (.+)$/gm))
    slugOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'), taken);
  return taken;
}

it('has a file and a heading behind every link of a document', () => {
  const links = documents().flatMap((file) =>
    [...prose(readDocument(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, href = '']) => ({ file, href })),
  );
  const own = links.filter(({ href }) => !/^[a-z]+:/.test(href));
  const dead = own.filter(({ file, href }) => {
    const [link = '', anchor] = href.split('#');
    const target = link === '' ? file : path.posix.join(path.posix.dirname(file), link);
    if (!fs.existsSync(path.join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
  });
  expect(own.length).toBeGreaterThan(100);
  expect(dead).toEqual([]);
});

it('has a page and an anchor behind every link of the site', () => {
  const read = (page: string) => fs.readFileSync(path.join(site, page), 'utf8');
  const idsOf = (page: string) => [...read(page).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  const ids = new Map(pages().map((page) => [page, new Set(idsOf(page))]));
  const links = pages().flatMap((page) =>
    [...read(page).matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href = '']) => ({ page, href })),
  );
  // Of the gateway, beside the documents.
  const beside = /^(\.\.\/)+(explorer|console)$/;
  const dead = links.filter(({ page, href }) => {
    if (/^https?:/.test(href) || beside.test(href)) return false;
    const [link = '', anchor] = href.split('#');
    const target = link === '' ? page : path.posix.join(path.posix.dirname(page), link);
    if (!fs.existsSync(path.join(site, target))) return true;
    return anchor !== undefined && !ids.get(target)?.has(anchor);
  });
  expect(links.length).toBeGreaterThan(1_000);
  expect(dead).toEqual([]);
});

it('has a file behind every link of llms.txt and of the Markdown', () => {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = files.filter((name) => /\.md$|^llms\.txt$/.test(name));
  const links = texts.flatMap((file) =>
    [...prose(fs.readFileSync(path.join(folder, file), 'utf8')).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(
      ([, href = '']) => ({ file, href }),
    ),
  );
  const own = links.filter(({ href }) => !/^[a-z]+:|^schema\.graphql$/.test(href));
  const dead = own.filter(
    ({ file, href }) => !fs.existsSync(path.join(folder, path.posix.dirname(file), href)),
  );
  expect(own.length).toBeGreaterThan(500);
  expect(dead).toEqual([]);
});

it('gives each heading of a page an anchor of its own', () => {
  for (const page of pages()) {
    const text = fs.readFileSync(path.join(site, page), 'utf8');
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect({ page, twice: ids.filter((id, at) => ids.indexOf(id) !== at) }).toEqual({ page, twice: [] });
  }
});

it('has every document in the contents, but for the decisions, which have a list of their own', () => {
  const listed = readContents(ROOT).flatMap((group) => group.pages.map(({ source }) => source));
  const written = documents().filter((file) => !/^docs\/decisions\/|^README\.md$/.test(file));
  expect(written.filter((file) => !listed.includes(file))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

it('leaves nothing of the template unfilled, and loads nothing from elsewhere', () => {
  for (const page of pages()) {
    const text = fs.readFileSync(path.join(site, page), 'utf8');
    const loaded = [...text.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"/g)].map(([, to]) => to);
    expect({
      page,
      left: text.match(/\{\{[A-Z]+\}\}/g),
      inline: text.match(/<script(?![^>]*src=)/g),
    }).toEqual({
      page,
      left: null,
      inline: null,
    });
    expect(loaded.filter((to) => /^[a-z]+:|^\/\//.test(to ?? ''))).toEqual([]);
  }
});

it('has in the page about content security policies what each provider needs', () => {
  const text = readDocument('docs/content-security-policy.md');
  const needed = Object.values(DESCRIPTORS).flatMap(({ policy }) =>
    Object.entries(policy).map(([directive, sources]) => `| \`${directive}\` | \`${sources.join(' ')}\` |`),
  );
  expect(needed.length).toBeGreaterThan(5);
  expect(needed.filter((row) => !text.includes(row))).toEqual([]);
});

it('names no folder of anybody’s own machine', () => {
  const named = documents().flatMap(
    (file) => readDocument(file).match(/(?<![\w.])\/(home|Users|root|work|tmp)\/\S+/g) ?? [],
  );
  expect(named).toEqual([]);
});
