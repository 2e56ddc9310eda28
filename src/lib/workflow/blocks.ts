import type { Step } from './schema';

/** Kinds whose inner steps run inside them. `workflow` gets its inner steps when a run is frozen. */
export const BLOCK_KINDS = ['map', 'loop', 'workflow'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** True for a step that is made of steps. */
export function isBlock(step: Pick<Step, 'kind'>): boolean {
	return (BLOCK_KINDS as readonly string[]).includes(step.kind);
}

/** The inner step whose output is the block's: the one that `with.result` names, else the last in the document. */
export function resultStep(block: Pick<Step, 'with' | 'steps'>): Step | undefined {
	const named = block.with['result'];
	return block.steps?.find((step) => step.id === named) ?? block.steps?.[block.steps.length - 1];
}

/** Every step of a document with its place, blocks before what is inside them. */
export function* everyStep(
	steps: readonly Step[],
	path: (string | number)[] = ['steps']
): Generator<{ step: Step; path: (string | number)[] }> {
	for (const [index, step] of steps.entries()) {
		const at = [...path, index];
		yield { step, path: at };
		if (step.steps) yield* everyStep(step.steps, [...at, 'steps']);
	}
}
