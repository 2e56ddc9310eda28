import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	idSchema,
	findCycle,
	fromYaml,
	inOrder,
	isRunnable,
	parseRef,
	renderTemplate,
	sayPath,
	sayRef,
	toYaml,
	validate
} from './index';

const step = (id: string, more: object = {}) => ({ id, title: id, kind: 'model', job: 'draft', ...more });
const document = (steps: object[], more: object = {}) => ({ format: 1, id: 'w', title: 'W', steps, ...more });
const codes = (value: unknown) => validate(value).problems.map((problem) => problem.code);

describe('validation', () => {
	it('fills in defaults of a sound document and finds nothing', () => {
		const validation = validate(
			document([step('a'), step('b', { needs: ['a'], inputs: { x: 'steps.a.output' } })])
		);
		expect(validation.problems).toEqual([]);
		expect(isRunnable(validation)).toBe(true);
		expect(validation.workflow?.steps[0]?.retry.attempts).toBe(2);
	});

	it('lists every problem at once, each with a place, a sentence and a hint', () => {
		const { problems } = validate(
			document([
				step('a', { needs: ['gone'] }),
				step('a'),
				step('b', {
					inputs: { x: 'steps.nowhere.output', y: 'nonsense' },
					instructions: '{{inputs.week}} {{oops'
				}),
				step('c', { job: 'act' }),
				step('d', { needs: ['e'] }),
				step('e', { needs: ['d'] })
			])
		);
		const found = problems.map((problem) => problem.code);
		for (const code of [
			'need.missing',
			'id.twice',
			'ref.unknown',
			'ref.malformed',
			'act.without-gate',
			'cycle'
		]) {
			expect(found).toContain(code);
		}
		for (const problem of problems) {
			expect(problem.message).toMatch(/[.!?]$/);
			expect(problem.hint).not.toBe('');
			expect(sayPath(problem.path)).not.toBe('');
		}
		expect(problems.find((problem) => problem.code === 'cycle')?.message).toContain('d → e → d');
	});

	it('wants something to choose from in a choice', () => {
		const input = { id: 'size', title: 'Size', type: 'choice' };
		expect(codes(document([step('a')], { inputs: [input] }))).toEqual(['choice.empty']);
		expect(codes(document([step('a')], { inputs: [{ ...input, options: ['S'] }] }))).toEqual([]);
	});

	it('wants a whole address of https for a web page', () => {
		const of = (url?: string) =>
			codes(document([step('a')], { sources: [{ id: 'page', title: 'Page', kind: 'page', url }] }));
		for (const url of [undefined, '', 'example.org/prices', 'http://example.org/', 'ftp://example.org/'])
			expect(of(url)).toEqual(['source.url']);
		for (const url of ['https://example.org/prices', 'http://localhost:8080/']) expect(of(url)).toEqual([]);
	});

	it('lets an act pass after a gate', () => {
		const gate = step('gate', { kind: 'review', job: 'decide', needs: ['a'] });
		expect(codes(document([step('a'), gate, step('c', { job: 'act', needs: ['gate'] })]))).toEqual([]);
	});

	it('refuses a reference to a step that does not come before', () => {
		expect(codes(document([step('a'), step('b', { inputs: { x: 'steps.b.output' } })]))).toContain(
			'ref.self'
		);
	});

	it('names unknown members instead of dropping them', () => {
		const { workflow, problems } = validate(document([step('a', { instrucions: 'typo' })]));
		expect(workflow).toBeNull();
		expect(problems[0]?.message).toContain('instrucions');
		expect(problems[0]?.stepId).toBe('a');
	});

	it('refuses newer formats and keys that reach a prototype', () => {
		expect(codes({ format: 99 })).toEqual(['format.newer']);
		expect(codes(JSON.parse('{"format":1,"__proto__":{}}'))).toEqual(['key.forbidden']);
	});

	it('never throws, whatever it is given', () => {
		fc.assert(fc.property(fc.anything(), (anything) => void validate(anything)));
	});
});

describe('graph', () => {
	it('finds a cycle in a chain of ten thousand steps without running out of stack', () => {
		const needs = new Map<string, string[]>();
		for (let index = 0; index < 10_000; index++) needs.set(`s${index}`, [`s${(index + 1) % 10_000}`]);
		expect(findCycle(needs)).toHaveLength(10_001);
		needs.set('s9999', []);
		expect(findCycle(needs)).toBeNull();
	});

	it('orders steps so that needs come first', () => {
		const { workflow } = validate(
			document([step('c', { needs: ['b'] }), step('b', { needs: ['a'] }), step('a')])
		);
		expect(workflow && inOrder(workflow).map((one) => one.id)).toEqual(['a', 'b', 'c']);
	});
});

describe('templates and references', () => {
	it('fills holes and keeps escaped braces', () => {
		const rendered = renderTemplate('Week {{inputs.week}} \\{{x}} {{ run.number }}', (ref) =>
			ref.root === 'inputs' ? 'W47' : 3
		);
		expect(rendered).toEqual({ ok: true, value: 'Week W47 {{x}} 3' });
	});

	it('says every hole that has no value', () => {
		const rendered = renderTemplate('{{inputs.a}} {{steps.b.output.c}}', () => undefined);
		expect(rendered.ok).toBe(false);
		if (!rendered.ok) expect(rendered.failure.details?.['missing']).toHaveLength(2);
	});

	it.each(['inputs.week', 'sources.notes', 'steps.a.output', 'steps.a.output.x.y', 'run.date'])(
		'reads %s back',
		(text) => {
			const read = parseRef(text);
			expect('ref' in read && sayRef(read.ref)).toBe(text);
		}
	);
});

describe('YAML', () => {
	it('gives any JSON back', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
				const plain: unknown = JSON.parse(JSON.stringify(value));
				const back = fromYaml(toYaml(plain));
				expect(back).toEqual({ ok: true, value: plain });
			}),
			{ numRuns: 500 }
		);
	});

	it('keeps long texts with odd line ends', () => {
		const texts = [
			'a\n\n  b\n',
			'\n# x\n',
			' - trailing \n \n',
			'no: yes',
			'2026-11-23',
			'on',
			'~',
			'012',
			'{{x}}'
		];
		expect(fromYaml(toYaml({ texts }))).toEqual({ ok: true, value: { texts } });
	});

	it('says the line of a mistake and keeps quiet about the rest', () => {
		const read = fromYaml('a: 1\nb: [1, 2\nc: 3\n');
		expect(read.ok).toBe(false);
		if (!read.ok) expect(read.failure.message).toMatch(/line \d/);
	});
});

it('an id may not be a name that every object has', () => {
	for (const id of ['constructor', 'toString', 'valueOf'])
		expect(idSchema.safeParse(id).error?.issues[0]?.message).toMatch(/Choose another/);
	expect(idSchema.safeParse('constructor_2').success).toBe(true);
});
