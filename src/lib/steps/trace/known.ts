import { isOfBefore, type Evidence, type Json } from '$lib/core';
import type { StepContext } from '../contract';
import type { Material } from '../material';
import { labelReader, type LabelReader } from './beside';
import { changes, shares } from './changes';
import { linesOf } from './lines';

/** A number that the material holds, or that follows from it. */
export interface KnownNumber {
	value: number;
	/** Is it a percentage? Null where the material does not say. */
	percent: boolean | null;
	/** True for a change: there its sign has to fit the words beside it. */
	change: boolean;
	/** What it is a number of, in words; empty when unknown. */
	label: string;
	/** Words that stand with it: its line, or its name. */
	context: string;
	/** True for a number of the last approved report. */
	earlier: boolean;
	/** How far the true value may lie from `value`, because it was worked out from a rounded number. */
	slack: number;
	/** Lower is believed first when several fit. */
	rank: number;
	evidence: Omit<Evidence, 'claim'>;
}

type Context = Pick<StepContext, 'evidence' | 'schemas'>;

/** What is known before a draft is looked at. */
export interface Known {
	/** The numbers that a draft mostly rests on: fields, what earlier reports and texts say, changes, shares. */
	numbers: KnownNumber[];
	/** Finds the names of the fields in a line. */
	reader: LabelReader;
}

export function knownNumbers(context: Context, material: readonly Material[]): Known {
	const fields = material.flatMap((item) => (item.kind === 'data' ? fieldsOf(context, item) : []));
	const reader = labelReader(fields.map((field) => field.label));
	const figures = { reader, percent: new Map(fields.map((field) => [field.label, field.percent])) };
	const earlier = material.flatMap((item) =>
		item.kind === 'document' && item.document.origin === 'last-approved'
			? linesOf(item.document, 1, figures)
			: []
	);
	const prose = material.flatMap((item) => {
		if (item.kind === 'text') return linesOf({ name: item.name, text: item.text, unit: 'line' }, 3, figures);
		if (item.kind !== 'document' || isOfBefore(item.document.origin) || item.document.table) return [];
		return linesOf(item.document, 3, figures);
	});
	const numbers = [
		...fields,
		...[...earlier, ...prose].map(({ known }) => known),
		...changes(fields, earlier),
		...shares(fields)
	];
	return { numbers, reader };
}

/** The numbers in the cells of tables. There can be very many, so they are looked at last. */
export function cellNumbers(material: readonly Material[]): KnownNumber[] {
	return material.flatMap((item) =>
		item.kind === 'document' && item.document.table
			? linesOf(item.document, 6, null).map(({ known }) => known)
			: []
	);
}

function fieldsOf(context: Context, item: Material & { kind: 'data' }): KnownNumber[] {
	const schema = context.schemas?.[item.input];
	return leaves(item.data, []).map(({ path, value }) => {
		const title = titleOf(schema, path[0] ?? '');
		const found = context.evidence[item.input]?.find((one) => one.claim === path.join('.'));
		const evidence = found
			? {
					document: found.document,
					place: found.place,
					how: found.how,
					...(found.hash ? { hash: found.hash } : {})
				}
			: { document: item.input, place: path.join('.'), how: 'value of this field' };
		const label = title.replace(/\s*\([^)]*\)\s*$/, '');
		return {
			value,
			percent: percentOf(title, value),
			change: false,
			slack: 0,
			label,
			context: label,
			earlier: false,
			rank: 0,
			evidence
		};
	});
}

/** A field with a currency or a large whole number is no percentage; of other fields without a unit nobody can tell. */
function percentOf(title: string, value: number): boolean | null {
	if (/%|percent/i.test(title)) return true;
	if (/\((?:[€$£¥]|EUR|USD|GBP)\)/.test(title) || (Number.isInteger(value) && Math.abs(value) > 100))
		return false;
	return null;
}

function leaves(data: Json, path: string[]): { path: string[]; value: number }[] {
	if (typeof data === 'number') return [{ path, value: data }];
	if (data === null || typeof data !== 'object') return [];
	return Object.entries(data).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function titleOf(schema: Record<string, Json> | undefined, field: string): string {
	const properties = schema?.['properties'];
	const about = isObject(properties) ? properties[field] : undefined;
	const title = isObject(about) ? about['title'] : undefined;
	return typeof title === 'string' ? title : field.replace(/[_-]+/g, ' ');
}

function isObject(value: Json | undefined): value is Record<string, Json> {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}
