import type { Json } from '$lib/core';
import type { Step } from '$lib/workflow';

type Schema = Record<string, Json>;

const id: Schema = {
	type: 'string',
	title: 'Id',
	description: 'Letters, digits, - and _; what references use.'
};

/** Which model is wanted. `empty` says what holds where nothing is said. */
function modelForm(empty: string): Schema {
	return {
		type: 'object',
		title: 'Model wanted',
		properties: {
			tier: { type: 'string', title: 'Size', enum: ['small', 'large'], description: empty },
			exact: {
				type: 'string',
				title: 'One exact model',
				description: 'Name or id of a model in Settings; no other one answers then.'
			},
			privacy: {
				type: 'string',
				title: 'What the model sees',
				enum: ['device', 'ask', 'may-leave'],
				description:
					'device: never leaves. ask: leaves after you agreed. may-leave: also goes on to another remote model unasked. Not said: goes to the model chosen for the run, and asks before any other.'
			}
		}
	};
}

/** The parts of a document that are not steps, as a form. Checked by the document's own schema, not by this one. */
export const ABOUT: Schema = {
	type: 'object',
	required: ['title'],
	properties: {
		title: { type: 'string', title: 'Title' },
		goal: {
			type: 'string',
			format: 'multiline',
			title: 'Goal',
			description: 'What a finished run is good for, in one sentence.'
		},
		assumptions: { type: 'array', items: { type: 'string' }, title: 'Taken for granted' },
		output: {
			type: 'object',
			title: 'Runs',
			properties: {
				title: {
					type: 'string',
					title: 'Title of a run',
					description: 'A template, such as Performance, week {{inputs.week}}.'
				}
			}
		},
		sealed: {
			type: 'boolean',
			title: 'Every run is sealed',
			description: 'Nothing may leave this device for it: no remote model, no request.',
			default: false
		},
		model: modelForm('Of every step that says nothing else. Empty: any.'),
		budget: {
			type: 'object',
			title: 'A run may cost',
			description:
				'Before a call of a remote model that could cost more, the run stops and asks. Empty: no limit.',
			properties: {
				amount: { type: 'number', title: 'Amount' },
				currency: { type: 'string', title: 'Currency', description: 'Such as EUR. Nothing is converted.' }
			}
		}
	}
};

export const MATERIAL: Schema = {
	type: 'object',
	properties: {
		inputs: {
			type: 'array',
			title: 'You fill in',
			description: 'Asked for when a run starts; used as inputs.<id>.',
			items: {
				type: 'object',
				required: ['id', 'title'],
				properties: {
					id,
					title: { type: 'string', title: 'Title' },
					type: {
						type: 'string',
						title: 'Type',
						enum: ['text', 'number', 'date', 'choice'],
						default: 'text'
					},
					required: { type: 'boolean', title: 'Has to be filled in', default: true },
					options: { type: 'array', items: { type: 'string' }, title: 'Choices' },
					example: { type: 'string', title: 'Example' },
					help: { type: 'string', title: 'Help' }
				}
			}
		},
		sources: {
			type: 'array',
			title: 'Sources',
			description: 'Files, texts and earlier outputs that a run is given; used as sources.<id>.',
			items: {
				type: 'object',
				required: ['id', 'title'],
				properties: {
					id,
					title: { type: 'string', title: 'Title' },
					kind: {
						type: 'string',
						title: 'Comes as',
						enum: ['files', 'text', 'library', 'output', 'last-approved', 'changes', 'open-items', 'page'],
						default: 'files',
						description:
							'library: found when a run starts, by folder, pattern, tag and types. last-approved: what an earlier run saved. changes: what differs from the last approved run. open-items: what its review left open. page: a web page, fetched when you say so at the start.'
					},
					accept: {
						type: 'array',
						items: { type: 'string' },
						title: 'File types',
						description: 'Such as csv. None: any.'
					},
					match: {
						type: 'array',
						items: { type: 'string' },
						title: 'Words in the file name',
						description: 'Files with one of these words are put here by themselves.'
					},
					path: {
						type: 'string',
						title: 'Folder or path in the library',
						description: 'For library and output. Empty: everywhere.'
					},
					pattern: {
						type: 'string',
						title: 'Name looks like',
						description: 'For library, such as *sales*.csv.'
					},
					tag: { type: 'string', title: 'Has the tag', description: 'For library.' },
					newest: {
						type: 'integer',
						title: 'Only so many of the newest',
						description: 'For library. Empty: all.'
					},
					workflow: {
						type: 'string',
						title: 'Of another workflow',
						description: 'For last-approved: its id. Empty: this one.'
					},
					url: {
						type: 'string',
						title: 'Address of the page',
						description: 'For page, such as https://example.org/prices.'
					},
					required: { type: 'boolean', title: 'A run cannot start without it', default: true },
					reach: {
						type: 'string',
						title: 'Where it may go',
						enum: ['may-leave', 'local-only'],
						description:
							'local-only: it, and everything made from it, never goes to a model that is elsewhere, nor into a request.'
					},
					keep: { type: 'boolean', title: 'Keep the last choice for the next run', default: false },
					help: { type: 'string', title: 'Help' }
				}
			}
		}
	}
};

export const RULES: Schema = {
	type: 'object',
	properties: {
		permissions: {
			type: 'object',
			title: 'May',
			properties: {
				model: {
					type: 'string',
					title: 'Use a model',
					enum: ['none', 'on-device', 'any'],
					default: 'none',
					description: 'Any: the one chosen for the run; a remote one is then sent what this step sees.'
				},
				write: { type: 'array', items: { type: 'string' }, title: 'Write to these library folders' },
				hosts: {
					type: 'array',
					items: { type: 'string' },
					title: 'Send requests to these hosts',
					description: 'Such as api.example.org. None: it sends nothing.'
				}
			}
		},
		model: modelForm('Small for simple steps, large for hard ones. Empty: as the workflow says.'),
		output: {
			type: 'object',
			title: 'Result',
			properties: {
				type: { type: 'string', title: 'Comes as', enum: ['text', 'json'], default: 'text' },
				media: { type: 'string', title: 'Media type', default: 'text/markdown' },
				schema: { title: 'Schema of the data', description: 'JSON Schema; the result has to fit it.' }
			}
		},
		retry: {
			type: 'object',
			title: 'Tries',
			properties: {
				attempts: { type: 'integer', title: 'In all', default: 2 },
				delaySeconds: { type: 'number', title: 'Pause before the next, in seconds', default: 1 }
			}
		},
		timeoutSeconds: { type: 'number', title: 'Seconds for one try', default: 120 },
		reuse: {
			type: 'boolean',
			title: 'An earlier result may stand in when everything that goes in is the same',
			default: true
		}
	}
};

/** False for a group of fields that were all left empty: then the document has no such member. */
export function saysAnything(value: Json | undefined): boolean {
	if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
	return Object.values(value).some((one) => one !== undefined && one !== null && one !== '');
}

/** Settings of a called workflow that have a form of their own, or that Galley writes itself. */
const APART = ['workflow', 'frozen'];

/**
 * The form of a step's settings: the kind's own schema, where the result of a block is chosen from the steps inside it.
 * `kept` are settings that the form does not show.
 */
export function kindForm(config: Schema, step: Step): { schema: Schema; value: Schema; kept: Schema } {
	const properties = { ...(config.properties as Schema | undefined) };
	if (step.kind === 'workflow') {
		const apart = (entries: Schema) => Object.entries(entries).filter(([name]) => APART.includes(name));
		const rest = (entries: Schema) => Object.entries(entries).filter(([name]) => !APART.includes(name));
		return {
			schema: { ...config, properties: Object.fromEntries(rest(properties)) },
			value: Object.fromEntries(rest(step.with)),
			kept: Object.fromEntries(apart(step.with))
		};
	}
	const inside = (step.steps ?? []).map((one) => one.id);
	const { result } = properties;
	if (inside.length > 0 && result !== null && typeof result === 'object' && !Array.isArray(result)) {
		const named = step.with.result;
		const choices = typeof named === 'string' && !inside.includes(named) ? [...inside, named] : inside;
		properties.result = { ...result, enum: choices };
	}
	return { schema: { ...config, properties }, value: step.with, kept: {} };
}
