import { ok, type Evidence, type Flag, type Result } from '$lib/core';
import type { StepContext } from '../contract';
import { materialsOf, placed } from '../material';
import { cellNumbers, knownNumbers, type KnownNumber } from './known';
import { originsOf } from './origins';
import { writtenNumbers, type WrittenNumber } from './written';

/** What came of looking for every number of a draft in the material. */
export interface NumberCheck {
	result: { rule: string; passed: boolean; message: string };
	/** For each number of the draft, in its order, where it comes from; several where more than one place fits. */
	evidence: Evidence[];
	flags: Flag[];
}

const MOST_FLAGS = 8;

/** Finds for each number of the draft where it comes from; says of each that comes from nowhere. */
export async function checkNumbers(
	context: Pick<
		StepContext<{ numbersFrom: string[] }>,
		'config' | 'inputs' | 'evidence' | 'schemas' | 'readFile'
	>,
	draft: string
): Promise<Result<NumberCheck>> {
	const names = context.config.numbersFrom;
	const inputs = Object.fromEntries(Object.entries(context.inputs).filter(([name]) => names.includes(name)));
	const material = await materialsOf({ inputs, readFile: context.readFile });
	if (!material.ok) return material;
	const { numbers, reader } = knownNumbers(context, material.value);
	let cells: KnownNumber[] | null = null;
	const written = writtenNumbers(draft);
	const evidence: Evidence[] = [];
	const unknown: WrittenNumber[] = [];
	for (const number of written) {
		let origins = originsOf(number, numbers, reader);
		if (origins.length === 0) {
			origins = originsOf(number, (cells ??= cellNumbers(material.value)), reader);
		}
		if (origins.length === 0) unknown.push(number);
		for (const origin of origins)
			evidence.push(placed({ claim: number.raw, at: number.at, ...origin }, material.value));
	}
	const passed = unknown.length === 0;
	const message = passed
		? `All ${written.length} numbers of the draft occur in the material or follow from it.`
		: `${unknown.length} of ${written.length} numbers occur nowhere in the material: ${listed(unknown)}.`;
	return ok({
		result: { rule: 'numbers', passed, message },
		evidence,
		flags: unknown.slice(0, MOST_FLAGS).map((number) => ({
			kind: 'check',
			text: `“${sayNumber(number)}” occurs nowhere in the material: “${shortened(number.line)}”`,
			about: number.raw
		}))
	});
}

function sayNumber(number: WrittenNumber): string {
	return `${number.raw}${number.percent ? ' %' : ''}`;
}

function listed(numbers: readonly WrittenNumber[]): string {
	const said = [...new Set(numbers.map(sayNumber))];
	return said.length > 5 ? `${said.slice(0, 5).join(', ')} and ${said.length - 5} more` : said.join(', ');
}

function shortened(line: string): string {
	const plain = line.trim();
	return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain;
}
