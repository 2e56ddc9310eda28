import { needsMap } from './graph';
import type { Step, Workflow } from './schema';

/** The steps that see each other, and what is around them. */
export interface Scope {
	steps: readonly Step[];
	/** Ids of the steps that each waits for. */
	needs: ReadonlyMap<string, readonly string[]>;
	/** Where the list of steps stands in the document. */
	path: (string | number)[];
	/** The block that these steps are in, and where that stands; null at the top. */
	block: { step: Step; scope: Scope } | null;
}

/** The top scope and all scopes inside, outer ones first. */
export function scopesOf(workflow: Pick<Workflow, 'steps'>): Scope[] {
	const scopes: Scope[] = [];
	const open: Scope[] = [scopeOf(workflow.steps, ['steps'], null)];
	for (let scope = open.shift(); scope; scope = open.shift()) {
		scopes.push(scope);
		for (const [index, step] of scope.steps.entries()) {
			if (step.steps) open.push(scopeOf(step.steps, [...scope.path, index, 'steps'], { step, scope }));
		}
	}
	return scopes;
}

function scopeOf(steps: readonly Step[], path: (string | number)[], block: Scope['block']): Scope {
	return { steps, needs: needsMap(steps), path, block };
}

/** The blocks around a scope, the nearest first. A called workflow is a document of its own and ends the list. */
export function blocksAround(scope: Scope): Step[] {
	const found: Step[] = [];
	for (let block = scope.block; block; block = block.scope.block) {
		found.push(block.step);
		if (block.step.kind === 'workflow') break;
	}
	return found;
}
