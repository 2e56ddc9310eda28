/** Work that takes a moment, so that there is a middle to be killed in. */
const busy = (/** @type {string} */ result) =>
	`let x = 1; for (let i = 0; i < 150000; i++) x = (x * 31 + i) % 65521; return ${result};`;

const json = { output: { type: 'json', media: 'application/json' } };

/** One of everything that a run can be in the middle of: a branch, a map of several at once, a loop, a gate, a save. */
export const WORKFLOW = {
	format: 1,
	id: 'chaos',
	title: 'Chaos',
	inputs: [{ id: 'name', title: 'Name' }],
	output: { title: 'Chaos {{inputs.name}}' },
	steps: [
		{
			id: 'list',
			title: 'List',
			kind: 'transform',
			job: 'extract',
			...json,
			with: { expression: '[1..12].{ "n": $ }' }
		},
		{
			id: 'way',
			title: 'Way',
			kind: 'branch',
			job: 'decide',
			inputs: { list: 'steps.list.output' },
			with: {
				routes: [{ id: 'many', title: 'Many', when: '$count(list) > 5' }],
				otherwise: 'few'
			}
		},
		{
			id: 'each',
			title: 'Each',
			kind: 'map',
			job: 'evaluate',
			...json,
			inputs: { over: 'steps.list.output' },
			when: { step: 'way', route: ['many'] },
			with: { concurrency: 4 },
			steps: [
				{
					id: 'work',
					title: 'Work',
					kind: 'code',
					job: 'evaluate',
					...json,
					reuse: false,
					with: { code: busy('{ n: item.n, x }'), timeoutSeconds: 30 }
				},
				{
					id: 'note',
					title: 'Note',
					kind: 'transform',
					job: 'evaluate',
					...json,
					inputs: { work: 'steps.work.output' },
					with: { expression: '{ "n": work.n, "twice": work.n * 2 }' }
				}
			]
		},
		{
			id: 'never',
			title: 'Never',
			kind: 'transform',
			job: 'evaluate',
			...json,
			when: { step: 'way', route: ['few'] },
			with: { expression: '"few"' }
		},
		{
			id: 'grow',
			title: 'Grow',
			kind: 'loop',
			job: 'evaluate',
			...json,
			needs: ['each'],
			with: { until: 'output >= 8', max: 5 },
			steps: [
				{
					id: 'more',
					title: 'More',
					kind: 'transform',
					job: 'evaluate',
					...json,
					with: { expression: '(loop.last ? loop.last : 1) * 2' }
				}
			]
		},
		{
			id: 'draft',
			title: 'Draft',
			kind: 'transform',
			job: 'draft',
			inputs: { each: 'steps.each.output', grown: 'steps.grow.output' },
			with: { expression: '"Items: " & $count(each) & ", sum " & $sum(each.twice) & ", grown " & grown' }
		},
		{
			id: 'gate',
			title: 'Gate',
			kind: 'review',
			job: 'decide',
			inputs: { draft: 'steps.draft.output' },
			with: { question: 'Fine?' }
		},
		{
			id: 'save',
			title: 'Save',
			kind: 'save',
			job: 'act',
			inputs: { value: 'steps.gate.output' },
			with: { path: 'Chaos/{{inputs.name}}.md' }
		}
	]
};

/**
 * The same, and beside it something that goes out to a host once a person has approved it.
 * @param {string} host
 */
export function withEffect(host) {
	const permissions = { hosts: [host] };
	return {
		...WORKFLOW,
		steps: [
			{
				id: 'propose',
				title: 'Propose',
				kind: 'propose',
				job: 'draft',
				permissions,
				with: { url: `http://${host}/chaos`, json: { name: '{{inputs.name}}' } }
			},
			{
				id: 'look',
				title: 'Look',
				kind: 'review',
				job: 'decide',
				inputs: { draft: 'steps.propose.output' }
			},
			{
				id: 'send',
				title: 'Send',
				kind: 'request',
				job: 'act',
				inputs: { proposal: 'steps.look.output' },
				permissions
			},
			...WORKFLOW.steps
		]
	};
}

/** As little as has a beginning, a decision and something written. */
export const SHORT = {
	...WORKFLOW,
	id: 'short',
	title: 'Short',
	steps: [
		{
			id: 'draft',
			title: 'Draft',
			kind: 'transform',
			job: 'draft',
			with: { expression: '"Short " & run.inputs.name' }
		},
		...WORKFLOW.steps.filter(({ id }) => id === 'gate' || id === 'save')
	]
};
