import type { Flag, Json } from '$lib/core';

/** JSON Schema of the answer of a step whose job is `flag`. */
export const FLAG_SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: {
		flags: {
			type: 'array',
			description: 'what a person should look at before approving',
			items: {
				type: 'object',
				properties: {
					kind: { type: 'string', enum: ['anomaly', 'uncertain', 'missing'] },
					text: { type: 'string', description: 'one plain sentence' },
					about: { type: 'string', description: 'the figure or the document that it is about' }
				},
				required: ['kind', 'text'],
				additionalProperties: false
			}
		}
	},
	required: ['flags'],
	additionalProperties: false
};

/** What such an answer has to be at the least: a model that gives a flag a kind of its own is not sent away for it. */
export const FLAGS_AT_LEAST: Record<string, Json> = {
	type: 'object',
	properties: { flags: { type: 'array' } },
	required: ['flags']
};

const KINDS = ['anomaly', 'uncertain', 'check', 'missing'] as const;

/** The flags of such an answer; entries without a text are left out, an unknown kind counts as `uncertain`. */
export function flagsFrom(answer: Json): Flag[] {
	if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) return [];
	const list = answer['flags'];
	if (!Array.isArray(list)) return [];
	return list.flatMap((item): Flag[] => {
		if (item === null || typeof item !== 'object' || Array.isArray(item)) return [];
		const { kind, text, about } = item;
		if (typeof text !== 'string' || text.trim() === '') return [];
		const flag: Flag = { kind: KINDS.find((known) => known === kind) ?? 'uncertain', text };
		if (typeof about === 'string' && about) flag.about = about;
		return [flag];
	});
}

/** One flag for each field of the schema that an answer left empty, with the model's own reason where it told one. */
export function missingFrom(answer: Json, schema: Record<string, Json>, reasons: readonly string[]): Flag[] {
	const { properties } = schema;
	if (properties === null || typeof properties !== 'object' || Array.isArray(properties)) return [];
	const given = answer !== null && typeof answer === 'object' && !Array.isArray(answer) ? answer : {};
	return Object.entries(properties ?? {}).flatMap(([field, about]): Flag[] => {
		if (given[field] !== null && given[field] !== undefined) return [];
		const facts = about !== null && typeof about === 'object' && !Array.isArray(about) ? about : {};
		const title = typeof facts['title'] === 'string' ? facts['title'] : field;
		const reason = reasons.find((text) => text.includes(`“${title}”`));
		return [{ kind: 'missing', text: reason ?? `“${title}” was not found in the material.`, about: field }];
	});
}
