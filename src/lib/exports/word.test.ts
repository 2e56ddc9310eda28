import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { wordOf } from './word';

async function partsOf(markdown: string) {
	const parts = unzipSync(await wordOf(markdown));
	const part = (name: string) => strFromU8(parts[name] ?? new Uint8Array());
	return { document: part('word/document.xml'), numbering: part('word/numbering.xml') };
}

/** The paragraphs: their words, and for those of a counted list which one and how deep. */
async function paragraphsOf(markdown: string) {
	const { document, numbering } = await partsOf(markdown);
	return [...document.matchAll(/<w:p>.*?<\/w:p>/g)].map(([xml]) => {
		const text = [...xml.matchAll(/<w:t[^>]*>([^<]*)</g)].map(([, words]) => words).join('');
		const level = /<w:ilvl w:val="(\d+)"/.exec(xml)?.[1];
		const list = /<w:numId w:val="(\d+)"/.exec(xml)?.[1];
		return level === undefined ? text : [text, Number(level), startOf(numbering, list)];
	});
}

/** The number that a list begins with, by way of its abstract definition; null for one with bullets. */
function startOf(numbering: string, list: string | undefined): number | null {
	const abstract = new RegExp(`<w:num w:numId="${list}"[^>]*><w:abstractNumId w:val="(\\d+)"`).exec(
		numbering
	)?.[1];
	const begin = numbering.indexOf(`w:abstractNumId="${abstract}"`);
	const level = numbering.slice(begin, numbering.indexOf('</w:lvl>', begin));
	return level.includes('"decimal"') ? Number(/<w:start w:val="(\d+)"/.exec(level)?.[1]) : null;
}

test('every counted list counts for itself and from its own number, and lists lie in lists', async () => {
	expect(await paragraphsOf('1. one\n2. two\n   - deep\n\ntext\n\n5. five\n6. six')).toEqual([
		['one', 0, 1],
		['two', 0, 1],
		['deep', 1, null],
		'text',
		['five', 0, 5],
		['six', 0, 5]
	]);
	const { document } = await partsOf('1. one\n\ntext\n\n1. again');
	const lists = [...document.matchAll(/<w:numId w:val="(\d+)"/g)].map(([, list]) => list);
	expect(new Set(lists).size).toBe(2);
});

test('tasks, quotes, code, tables, links and pictures keep their words', async () => {
	const markdown =
		'- [x] done\n- [ ] open\n\n> said\n\n```\na\nb\n```\n\n| h |\n|---|\n| c |\n\n[words](https://a.example) <https://b.example> ![alt](x.png) ~~gone~~ \\*';
	expect(await paragraphsOf(markdown)).toEqual([
		['☑ done', 0, null],
		['☐ open', 0, null],
		'said',
		'a',
		'b',
		'h',
		'c',
		// What keeps Word from running one table into the next.
		'',
		'words (https://a.example) https://b.example [image: alt] gone *'
	]);
	const { document } = await partsOf(markdown);
	expect(document).toContain('<w:tblHeader/>');
	expect(document).not.toMatch(/hyperlink|r:id/);
});

test('nothing at all is a document too', async () => {
	expect((await partsOf('')).document).toContain('<w:body>');
});
