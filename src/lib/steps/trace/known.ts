import { numbersIn, type Evidence, type Json } from '$lib/core';
import type { CollectedDocument, StepContext } from '../contract';
import type { Material } from '../material';

/** A number that the material holds, or that follows from it. */
export interface KnownNumber {
	value: number;
	/** Is it a percentage? Null where the material does not say. */
	percent: boolean | null;
	/** True for a change: there its sign has to fit the words beside it. */
	change: boolean;
	/** What it is a number of, in words; empty when unknown. */
	label: string;
	/** How far the true value may lie from `value`, because it was worked out from a rounded number. */
	slack: number;
	/** Lower is believed first when several fit. */
	rank: number;
	evidence: Omit<Evidence, 'claim'>;
}

const MOST_PAIRED = 40;

type Context = Pick<StepContext, 'evidence' | 'schemas'>;

/** The numbers that a draft mostly rests on: fields, what earlier reports and texts say, changes, shares. */
export function knownNumbers(context: Context, material: readonly Material[]): KnownNumber[] {
	const fields = material.flatMap((item) => (item.kind === 'data' ? fieldsOf(context, item) : []));
	const earlier = material.flatMap((item) =>
		item.kind === 'document' && item.document.origin === 'last-approved' ? linesOf(item.document, 1) : []
	);
	const prose = material.flatMap((item) => {
		if (item.kind === 'text') return linesOf({ name: item.name, text: item.text, unit: 'line' }, 3);
		if (item.kind !== 'document' || item.document.origin === 'last-approved' || item.document.table)
			return [];
		return linesOf(item.document, 3);
	});
	return [
		...fields,
		...[...earlier, ...prose].map(({ known }) => known),
		...changes(fields, earlier),
		...shares(fields)
	];
}

/** The numbers in the cells of tables. There can be very many, so they are looked at last. */
export function cellNumbers(material: readonly Material[]): KnownNumber[] {
	return material.flatMap((item) =>
		item.kind === 'document' && item.document.table ? linesOf(item.document, 6).map(({ known }) => known) : []
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
		return {
			value,
			percent: percentOf(title, value),
			change: false,
			slack: 0,
			label: title.replace(/\s*\([^)]*\)\s*$/, ''),
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

interface LineNumber {
	line: string;
	decimals: number;
	known: KnownNumber;
}

/** Numbers of a text, line by line. In tables only those long enough to be no accident. */
function linesOf(
	document: Pick<CollectedDocument, 'name' | 'text' | 'unit'> & { hash?: string },
	rank: number
): LineNumber[] {
	return document.text.split('\n').flatMap((line, index) => {
		// A cell ends at its comma, so that two cells are not read as one number with a thousands mark.
		const parts = document.unit === 'row' ? line.split(',') : [line];
		return parts
			.flatMap((part) => numbersIn(part))
			.filter((number) => document.unit !== 'row' || number.raw.replace(/\D/g, '').length >= 3)
			.map((number) => ({
				line,
				decimals: number.decimals,
				known: {
					value: number.value,
					percent: number.percent,
					change: false,
					slack: 0,
					label: '',
					rank,
					evidence: {
						document: document.name,
						place: `${document.unit} ${index + 1}`,
						how: 'as written there',
						...(document.hash ? { hash: document.hash } : {})
					}
				}
			}));
	});
}

/** How far each field moved from what the last approved report says of it, in percent and as a difference. */
function changes(fields: readonly KnownNumber[], earlier: readonly LineNumber[]): KnownNumber[] {
	return fields.flatMap((field) => {
		const named = earlier.filter(
			({ line }) => field.label !== '' && line.toLowerCase().includes(field.label.toLowerCase())
		);
		// A correction may have given the figure another name in the report; then every figure there is tried.
		const against = named.length > 0 ? named : earlier;
		return against.flatMap(({ known, decimals }): KnownNumber[] => {
			if (known.value === 0) return [];
			// Whole numbers are exact; an amount may have lost its cents in the report.
			const half = Number.isInteger(field.value) ? 0 : 0.5 * 10 ** -decimals;
			const evidence = {
				...field.evidence,
				how: `${field.value} against ${known.value} (${known.evidence.document}, ${known.evidence.place}); ${field.evidence.how}`
			};
			const shared = { change: true, label: field.label, evidence };
			const rank = named.length > 0 ? 2 : 4;
			const percent = ((field.value - known.value) / Math.abs(known.value)) * 100;
			return [
				{ ...shared, value: percent, percent: true, slack: (half * 100) / Math.abs(known.value), rank },
				{ ...shared, value: field.value - known.value, percent: null, slack: half, rank: rank + 0.5 }
			];
		});
	});
}

/** One field as a part of another. Of very many fields nobody means every pair. */
function shares(fields: readonly KnownNumber[]): KnownNumber[] {
	if (fields.length > MOST_PAIRED) return [];
	return fields.flatMap((part) =>
		fields.flatMap((whole): KnownNumber[] => {
			if (part === whole || whole.value === 0) return [];
			const evidence = { ...part.evidence, how: `${part.label} ÷ ${whole.label}; ${part.evidence.how}` };
			const ratio = part.value / whole.value;
			const shared = { change: false, slack: 0, label: part.label, rank: 5, evidence };
			return [
				{ ...shared, value: ratio * 100, percent: true },
				{ ...shared, value: ratio, percent: false }
			];
		})
	);
}
