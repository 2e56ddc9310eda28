import { fail, failure, ok, type Json, type Result } from '$lib/core';
import { SYNTHESIS } from './synthesis';

/**
 * JSONata: the one language for mappings and conditions. It is loaded when the first expression is looked at. Its own
 * limits are checked between its nodes only, so inside one regular expression nothing but the end of the worker helps.
 */

/** How long one expression may work, in milliseconds. */
export const EXPRESSION_MS = 2_000;
/** How deep calls may nest. */
const DEEPEST = 500;
/** Members of the longest list on the way, and characters of the result as JSON. */
const LONGEST_LIST = 1_000_000;
const LONGEST_RESULT = 5_000_000;

/** What JSONata throws: no Error, but this. */
interface Thrown {
	code?: string;
	message?: string;
	position?: number;
}

async function parsed(expression: string) {
	const { default: jsonata } = await import('jsonata');
	const made = jsonata(expression, { timeout: EXPRESSION_MS, stack: DEEPEST, sequence: LONGEST_LIST });
	for (const [name, { signature, run }] of Object.entries(SYNTHESIS))
		made.registerFunction(name, run as (...given: unknown[]) => unknown, signature);
	return made;
}

/** A node of a parsed expression; JSONata's own types leave out half of it. */
export interface ExpressionNode {
	type: string;
	value?: unknown;
	lhs?: ExpressionNode;
	rhs?: ExpressionNode;
	steps?: ExpressionNode[];
	expressions?: ExpressionNode[];
	arguments?: ExpressionNode[];
	procedure?: ExpressionNode;
	predicate?: unknown;
	stages?: unknown;
}

/** The tree of an expression that reads; null for any other. */
export async function expressionTree(expression: string): Promise<ExpressionNode | null> {
	try {
		return (await parsed(expression)).ast() as unknown as ExpressionNode;
	} catch {
		return null;
	}
}

/** What keeps an expression from being read, as a sentence; null when it reads. Nothing is evaluated. */
export async function expressionProblem(expression: string): Promise<string | null> {
	try {
		await parsed(expression);
		return null;
	} catch (cause) {
		return said(cause);
	}
}

/** The result of an expression as plain JSON; `undefined` when it found nothing. */
export async function evaluate(
	expression: string,
	data: Record<string, Json>
): Promise<Result<Json | undefined>> {
	try {
		const found: unknown = await (await parsed(expression)).evaluate(data);
		return asJson(found);
	} catch (cause) {
		const { code = '', position } = cause as Thrown;
		const advice =
			code === 'D1012' || code === 'D1011' || code === 'D2015'
				? 'It was stopped; make it simpler, or use a code step for heavy work.'
				: 'Mend it in the workflow and start a new run.';
		return fail(
			failure('expression.failed', `The expression could not be worked out: ${said(cause)} ${advice}`, {
				details: { reason: code, ...(position === undefined ? {} : { position }) }
			})
		);
	}
}

/** Truth as JSONata's `$boolean` casts it: nothing, null, zero, the empty text, list and object are false. */
export function isTrue(value: Json | undefined): boolean {
	if (Array.isArray(value)) return value.some(isTrue);
	if (value !== null && typeof value === 'object') return Object.keys(value).length > 0;
	return Boolean(value);
}

/** Lists that JSONata made carry hidden members, and a function is a value to it: neither may go on. */
function asJson(found: unknown): Result<Json | undefined> {
	if (found === undefined) return ok(undefined);
	let functions = false;
	const text = JSON.stringify(found, (_, value: unknown) => {
		if (!isFunction(value)) return value;
		functions = true;
		return null;
	});
	if (functions) {
		return fail(
			failure(
				'expression.function',
				'The expression gives a function, not data. Call it, or name the data that you mean; then start a new run.'
			)
		);
	}
	if (text.length > LONGEST_RESULT) {
		return fail(
			failure(
				'expression.too-large',
				`The result of the expression is larger than ${LONGEST_RESULT / 1_000_000} million characters and was not kept. Make it select less.`
			)
		);
	}
	return ok(JSON.parse(text) as Json);
}

function isFunction(value: unknown): boolean {
	if (typeof value === 'function') return true;
	return (
		value !== null &&
		typeof value === 'object' &&
		('_jsonata_lambda' in value || '_jsonata_function' in value)
	);
}

function said(cause: unknown): string {
	const { message, position } = cause as Thrown;
	const sentence = (message ?? String(cause)).replace(/[.\s]*$/, '');
	return position ? `${sentence} (at character ${position}).` : `${sentence}.`;
}
