import { hashOfJson } from '$lib/core';
import { workflowSchema, type Workflow } from '$lib/workflow';

/** Steps in sequence, each with the state of the one before. */
export function chainOf(steps: number, hold = false): Workflow {
	return workflowSchema.parse({
		format: 1,
		id: 'chain',
		title: 'Chain',
		steps: Array.from({ length: steps }, (_, index) => ({
			id: `s${index}`,
			title: `Step ${index}`,
			kind: 'noop',
			job: 'evaluate',
			inputs: index === 0 ? {} : { state: `steps.s${index - 1}.output` },
			with: { hold: hold && index === steps - 1 }
		}))
	});
}

/** A step that makes a list, and a map over it with one step inside that is given its item. */
export function fanOf(items: number): Workflow {
	const inner = { id: 'each-one', title: 'Each', kind: 'noop', job: 'evaluate', inputs: { state: 'item' } };
	return workflowSchema.parse({
		format: 1,
		id: 'fan',
		title: 'Fan',
		steps: [
			{ id: 'list', title: 'List', kind: 'noop', job: 'evaluate', with: { items } },
			{
				id: 'each',
				title: 'Each',
				kind: 'map',
				job: 'evaluate',
				inputs: { over: 'steps.list.output' },
				with: { concurrency: 8 },
				steps: [inner]
			}
		]
	});
}

/** A document whose steps are drafts, as most cells of a notebook are; every second one is typed. */
export function documentOf(steps: number): Workflow {
	return workflowSchema.parse({
		format: 1,
		id: 'long',
		title: 'A long notebook',
		steps: Array.from({ length: steps }, (_, index) => ({
			id: `s${index}`,
			title: `Part ${index + 1}`,
			kind: 'model',
			job: index % 2 === 0 ? 'draft' : 'extract',
			instructions: 'Write this part.',
			output: index % 2 === 0 ? {} : { type: 'json', media: 'application/json' },
			permissions: { model: 'any' }
		}))
	});
}

/** The command that starts a run of a definition. */
export function startOf(definition: Workflow, number = 1) {
	return {
		type: 'start' as const,
		number,
		title: `${definition.title} ${number}`,
		date: '2026-11-23',
		trigger: 'person' as const,
		definition,
		definitionHash: hashOfJson(definition),
		workflowVersion: 1,
		inputs: {},
		sources: {},
		provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
	};
}
