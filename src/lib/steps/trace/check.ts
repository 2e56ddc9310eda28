import { hasPhrase, ok, type Evidence, type Flag, type Result } from '$lib/core';
import type { StepContext } from '../contract';
import { materialsOf } from '../material';
import { cellNumbers, knownNumbers, type KnownNumber } from './known';
import { writtenNumbers, type WrittenNumber } from './written';

/** What came of looking for every number of a draft in the material. */
export interface NumberCheck {
	result: { rule: string; passed: boolean; message: string };
	/** One entry for each different number as written, in the order of the draft. */
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
	const known = knownNumbers(context, material.value);
	let cells: KnownNumber[] | null = null;
	const written = writtenNumbers(draft);
	const evidence = new Map<string, Evidence>();
	const unknown: WrittenNumber[] = [];
	for (const number of written) {
		const origin = originOf(number, known) ?? originOf(number, (cells ??= cellNumbers(material.value)));
		if (!origin) unknown.push(number);
		else if (!evidence.has(number.raw)) evidence.set(number.raw, { claim: number.raw, ...origin.evidence });
	}
	const passed = unknown.length === 0;
	const message = passed
		? `All ${written.length} numbers of the draft occur in the material or follow from it.`
		: `${unknown.length} of ${written.length} numbers occur nowhere in the material: ${listed(unknown)}.`;
	return ok({
		result: { rule: 'numbers', passed, message },
		evidence: [...evidence.values()],
		flags: unknown.slice(0, MOST_FLAGS).map((number) => ({
			kind: 'check',
			text: `“${sayNumber(number)}” occurs nowhere in the material: “${shortened(number.line)}”`,
			about: number.raw
		}))
	});
}

/** The best known number that a written one can be: same size when rounded as written, same unit, fitting sign. */
function originOf(number: WrittenNumber, known: readonly KnownNumber[]): KnownNumber | null {
	let best: KnownNumber | null = null;
	let bestRank = Infinity;
	for (const candidate of known) {
		if (!fits(number, candidate)) continue;
		const named = candidate.label !== '' && hasPhrase(number.line, candidate.label);
		const rank = candidate.rank - (named ? 10 : 0);
		if (rank >= bestRank) continue;
		best = candidate;
		bestRank = rank;
	}
	return best;
}

function fits(number: WrittenNumber, known: KnownNumber): boolean {
	const slack = 0.5 * 10 ** -number.decimals + known.slack + 1e-9;
	const same = (value: number) => Math.abs(Math.abs(value) - Math.abs(number.value)) <= slack;
	if (known.change && number.direction !== 0 && Math.sign(known.value) === -number.direction && !same(0))
		return false;
	if (number.percent) {
		if (known.percent === true) return same(known.value);
		return (
			known.percent === null && (same(known.value) || (Math.abs(known.value) <= 1 && same(known.value * 100)))
		);
	}
	return !(known.change && known.percent) && same(known.value);
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
