import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sayChanges, type GivenBefore, type Since } from './changes';

const file = (name: string, text: string | null, hash = `${name}${text ?? ''}`): GivenBefore => ({
	name,
	hash,
	text
});
const since = (more: Partial<Since> = {}): Since => ({
	run: 'Week 46',
	edit: null,
	before: { inputs: { Week: '46' }, sources: { Sales: [file('sales.csv', 'day,sum\n1,10\n2,20\n')] } },
	now: { inputs: { Week: '47' }, sources: { Sales: [file('sales.csv', 'day,sum\n1,10\n2,25\n')] } },
	...more
});

it('tells inputs, changed lines and the person’s edits', () => {
	const text = sayChanges(since({ edit: { draft: 'Turnover fell a lot.', approved: 'Revenue fell.' } }));
	expect(text).toContain('# What changed since “Week 46”');
	expect(text).toContain('- Week: 46 → 47');
	expect(text).toContain('sales.csv: 1 line changed.');
	expect(text).toContain('`− 2,20`');
	expect(text).toContain('`+ 2,25`');
	expect(text).not.toContain('1,10');
	expect(text).toContain('“Turnover” → “Revenue”');
});

it('counts lines that came, went and changed apart', () => {
	const { before, now } = since();
	const text = (after: string) =>
		sayChanges(since({ before, now: { ...now, sources: { Sales: [file('sales.csv', after)] } } }));
	expect(text('day,sum\n1,10\n2,20\n3,30\n')).toContain('sales.csv: 1 line new.');
	expect(text('day,sum\n2,20\n')).toContain('sales.csv: 1 line gone.');
	expect(text('day,sum\n1,11\n2,21\n3,30\n')).toContain('sales.csv: 2 lines changed, 1 line new.');
	expect(text('day,sum\n\n1,10\n2,20\n')).toContain('sales.csv: only empty lines changed.');
});

it('tells files apart by content, and takes one of another name for a new version where there is one each', () => {
	const { now } = since();
	const sources = (before: GivenBefore[], after: GivenBefore[]) =>
		sayChanges(since({ before: { ...now, sources: { S: before } }, now: { ...now, sources: { S: after } } }));
	expect(sources([file('a.md', 'x')], [file('b.md', 'x', 'a.mdx')])).not.toContain('## S');
	expect(sources([file('a.md', 'x')], [file('b.md', 'y')])).toContain('b.md in the place of a.md');
	expect(sources([file('a.png', null, '1')], [file('a.png', null, '2')])).toContain('which is no text');
	expect(sources([file('a.md', 'x'), file('c.md', 'z')], [file('a.md', 'x')])).toContain(
		'c.md is not there any more'
	);
});

it('says of two equal runs that nothing changed, and stays short whatever the files', () => {
	fc.assert(
		fc.property(
			fc.array(fc.string(), { maxLength: 200 }),
			fc.array(fc.string(), { maxLength: 200 }),
			(a, b) => {
				const { now } = since();
				const of = (lines: string[]) => ({ ...now, sources: { S: [file('f.txt', lines.join('\n'))] } });
				expect(sayChanges(since({ before: of(a), now: of(a) }))).not.toContain('## S');
				const text = sayChanges(since({ before: of(a), now: of(b) }));
				expect(text.split('\n').length).toBeLessThan(45);
			}
		)
	);
});
