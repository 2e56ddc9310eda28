import { workflowSchema, type Workflow } from '$lib/workflow';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { complete } from './complete';
import { runEventSchema, type RunEvent } from './event';
import { foldAll } from './fold';
import type { LogRecord } from './log';
import { saidOf } from './testing-golden';

/** An event without every member that its schema would fill in, at any depth. */
function bare(schema: z.ZodType, value: unknown): unknown {
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
		return bare(schema.unwrap() as z.ZodType, value);
	if (schema instanceof z.ZodArray)
		return (value as unknown[]).map((one) => bare(schema.element as z.ZodType, one));
	if (!(schema instanceof z.ZodObject)) return value;
	const kept = Object.entries(value as object).filter(([name, member]) => {
		const part: unknown = schema.shape[name];
		const fills = part instanceof z.ZodDefault || part instanceof z.ZodPrefault;
		return !fills || JSON.stringify(part.parse(undefined)) !== JSON.stringify(member);
	});
	return Object.fromEntries(
		kept.map(([name, member]) => [name, bare(schema.shape[name] as z.ZodType, member)])
	);
}

const variants = new Map(
	runEventSchema.options.map((option) => [[...option.shape.type.values][0] as string, option as z.ZodType])
);
const files = import.meta.glob<{ stories: Record<string, { records: LogRecord[] }> }>(
	'../../../tests/golden/*.json',
	{ eager: true, import: 'default' }
);
const logs = Object.values(files)
	.flatMap(({ stories }) => Object.entries(stories))
	.map(([name, { records }]) => ({ name, events: records.map(({ event }) => event as RunEvent) }));

describe.each(logs)('$name, without what the schema fills in', ({ events }) => {
	const less = events.map((event) => bare(variants.get(event.type)!, event) as RunEvent);

	it('is made whole as the schema would', () => {
		expect(JSON.stringify(less).length).toBeLessThan(JSON.stringify(events).length);
		for (const event of less) expect(complete(event)).toEqual(runEventSchema.parse(event));
	});

	it('folds to the same', () => {
		expect(saidOf(foldAll('r', less))).toEqual(saidOf(foldAll('r', events)));
	});

	it('stays the very same where nothing is missing', () => {
		for (const event of events) expect(complete(event)).toBe(event);
	});
});

it('fills in whatever any event may leave out', () => {
	for (const [type, variant] of variants) {
		const shape = (variant as z.ZodObject).shape as Record<string, z.ZodType>;
		const fills = Object.entries(shape).filter(([, part]) => part instanceof z.ZodDefault);
		const wanted = Object.fromEntries(fills.map(([name, part]) => [name, part.parse(undefined)]));
		const definition = { steps: [] } as unknown as Workflow;
		const {
			type: _,
			definition: __,
			...got
		} = complete({ type, definition } as unknown as RunEvent) as object as {
			type: string;
			definition: unknown;
		};
		expect(got, type).toEqual(wanted);
	}
});

it('fills in what a document of the shortest form leaves out', () => {
	const step = { id: 'a', title: 'A', kind: 'map', job: 'draft' };
	const short = {
		...{ format: 1, id: 'short', title: 'Short' },
		inputs: [{ id: 'i', title: 'I' }],
		sources: [{ id: 's', title: 'S', kind: 'files' }],
		steps: [{ ...step, steps: [{ ...step, id: 'b' }] }]
	};
	const event = { type: 'run.started', definition: short } as unknown as RunEvent;
	expect(complete(event)).toMatchObject({ definition: workflowSchema.parse(short) });
});
