import type { Json } from '$lib/core';
import { evaluate, expressionTree, type ExpressionNode } from './expression';

/**
 * Says in words how a condition turned out: `amount is 120, not over 500`. Comparisons of names, numbers, texts and
 * functions of them are told one by one; anything else is only quoted.
 */
export interface Explanation {
	/** One sentence without its point. */
	says: string;
	/** Names of what is compared and is not there: the condition cannot really be judged then. */
	unknown: string[];
}

/** A comparison and how it came out. */
interface Leaf {
	says: string;
	holds: boolean;
	unknown: string[];
}

type Tree = { leaf: Leaf } | { all: boolean; parts: Tree[] };

const WORDS: Record<string, [holds: string, not: string]> = {
	'>': ['over', 'not over'],
	'>=': ['at least', 'less than'],
	'<': ['under', 'not under'],
	'<=': ['at most', 'more than'],
	'=': ['as it should be,', 'not'],
	'!=': ['not', 'just'],
	in: ['among', 'not among']
};

/** Characters of a value that a sentence shows. */
const SHOWN = 60;

export async function explain(
	condition: string,
	data: Record<string, Json>,
	holds: boolean
): Promise<Explanation> {
	const root = await expressionTree(condition);
	const tree = root && (await treeOf(root, data));
	if (!tree)
		return {
			says: `this ${holds ? 'holds' : 'does not hold'}: ${condition}`,
			unknown: root ? [...new Set(missingIn(root, data))] : []
		};
	const leaves = telling(tree, holds);
	return {
		says: [...new Set(leaves.map(({ says }) => says))].join(', and '),
		unknown: [...new Set(leavesOf(tree).flatMap((leaf) => leaf.unknown))]
	};
}

/** Names at the top that are not there. Counts and sums of nothing are 0, which says nothing about what is not known. */
function missingIn(node: ExpressionNode, data: Record<string, Json>): string[] {
	if (node.type === 'path') {
		const [first] = node.steps ?? [];
		const name = first?.type === 'name' && typeof first.value === 'string' ? first.value : null;
		return name === null || Object.hasOwn(data, name) ? [] : [name];
	}
	// Whether it is there is what was asked.
	if (node.type === 'function' && node.procedure?.value === 'exists') return [];
	const inner = [node.lhs, node.rhs, ...(node.expressions ?? []), ...(node.arguments ?? [])];
	return inner.flatMap((one) => (one && typeof one.type === 'string' ? missingIn(one, data) : []));
}

async function treeOf(node: ExpressionNode, data: Record<string, Json>): Promise<Tree | null> {
	if (node.type === 'block' && node.expressions?.length === 1 && node.expressions[0])
		return treeOf(node.expressions[0], data);
	const { value, lhs, rhs } = node;
	if (node.type !== 'binary' || typeof value !== 'string' || !lhs || !rhs) return null;
	if (value === 'and' || value === 'or') {
		const [left, right] = [await treeOf(lhs, data), await treeOf(rhs, data)];
		return left && right ? { all: value === 'and', parts: [left, right] } : null;
	}
	const words = WORDS[value];
	const [left, right] = [sourceOf(lhs), sourceOf(rhs)];
	if (!words || left === null || right === null) return null;
	return leafOf(left, right, value, words, data);
}

async function leafOf(
	left: string,
	right: string,
	operator: string,
	[yes, no]: [string, string],
	data: Record<string, Json>
): Promise<Tree | null> {
	const [a, b, whole] = await Promise.all([
		evaluate(left, data),
		evaluate(right, data),
		evaluate(`${left} ${operator} ${right}`, data)
	]);
	if (!a.ok || !b.ok) return null;
	const unknown = [
		...(a.value === undefined || a.value === null ? [left] : []),
		...(b.value === undefined || b.value === null ? [right] : [])
	];
	// Nothing is over or under what is not there.
	if (!whole.ok && unknown.length === 0) return null;
	const holds = whole.ok && whole.value === true;
	const limit = isLiteral(right) ? shown(b.value) : `${right} (${shown(b.value)})`;
	const says =
		operator === '=' && holds
			? `${left} is ${limit}`
			: operator === '!=' && !holds
				? `${left} is ${limit}`
				: `${left} is ${shown(a.value)}, ${holds ? yes : no} ${limit}`;
	return { leaf: { says, holds, unknown } };
}

/** The comparisons that the outcome rests on: of what all had to hold, those that did not; and so on. */
function telling(tree: Tree, outcome: boolean): Leaf[] {
	if ('leaf' in tree) return [tree.leaf];
	const mine = tree.parts.filter((part) => outcomeOf(part) === outcome);
	return mine.flatMap((part) => telling(part, outcome));
}

function outcomeOf(tree: Tree): boolean {
	if ('leaf' in tree) return tree.leaf.holds;
	return tree.all ? tree.parts.every(outcomeOf) : tree.parts.some(outcomeOf);
}

function leavesOf(tree: Tree): Leaf[] {
	return 'leaf' in tree ? [tree.leaf] : tree.parts.flatMap(leavesOf);
}

/** A simple operand as it is written; null for one that is better quoted with the whole. */
function sourceOf(node: ExpressionNode): string | null {
	switch (node.type) {
		case 'number':
			return typeof node.value === 'number' ? String(node.value) : null;
		case 'string':
			return JSON.stringify(node.value);
		case 'value':
			return node.value === null || typeof node.value === 'boolean' ? String(node.value) : null;
		case 'path': {
			const names = (node.steps ?? []).map((step) =>
				step.type === 'name' && typeof step.value === 'string' && !step.stages && !step.predicate
					? nameOf(step.value)
					: null
			);
			return names.includes(null) ? null : names.join('.');
		}
		case 'unary': {
			const members = node.value === '[' ? (node.expressions ?? []).map(sourceOf) : [null];
			return members.includes(null) ? null : `[${members.join(', ')}]`;
		}
		case 'function': {
			const name = node.procedure?.type === 'variable' ? node.procedure.value : null;
			const given = (node.arguments ?? []).map(sourceOf);
			return typeof name === 'string' && !given.includes(null) ? `$${name}(${given.join(', ')})` : null;
		}
		default:
			return null;
	}
}

function nameOf(name: string): string {
	return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}

function isLiteral(source: string): boolean {
	return /^(["[]|-?\d|true$|false$|null$)/.test(source);
}

function shown(value: Json | undefined): string {
	if (value === undefined || value === null) return 'unknown';
	const text = typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
	return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
