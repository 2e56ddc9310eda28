import { canonicalJson, fail, failure, ok, type Json, type Result } from '$lib/core';
import * as z from 'zod';
import { addressProblem, fillAddress } from '../address';
import { defineStepKind, type StepContext } from '../contract';
import { Filling, templateProblem, type Foreign } from '../filling';
import { derivedLabels } from '../material';
import {
	isPermitted,
	METHODS,
	notPermitted,
	PROPOSAL_MEDIA,
	proposalText,
	staysHere,
	type Proposal
} from '../proposal';

const config = z
	.strictObject({
		action: z
			.enum(['request', 'notify'])
			.default('request')
			.meta({ title: 'What is proposed' })
			.describe('A request to a server, or a notification on this device.'),
		method: z.enum(METHODS).default('POST').meta({ title: 'Method' }).describe('Of a request.'),
		url: z
			.string()
			.optional()
			.meta({ title: 'Address' })
			.describe(
				'Of a request, such as https://api.example.org/tickets/{{id}}. Values may stand after the host and are percent-encoded.'
			),
		headers: z
			.record(z.string(), z.string())
			.optional()
			.meta({ title: 'Headers' })
			.describe('Of a request. Never a key or a password: a proposal is kept in the run.'),
		json: z
			.record(z.string(), z.json())
			.optional()
			.meta({ title: 'JSON to send' })
			.describe('Body of a request. A text that is one {{name}} becomes that value itself.'),
		text: z
			.string()
			.optional()
			.meta({ title: 'Text', format: 'multiline' })
			.describe('Body of a request that is no JSON; of a notification, its text.'),
		idempotency: z
			.boolean()
			.default(true)
			.meta({ title: 'Send an Idempotency-Key' })
			.describe(
				'Lets a server drop a copy. Turn it off where the server does not allow web pages that header.'
			),
		title: z.string().optional().meta({ title: 'Title' }).describe('Of a notification.')
	})
	.superRefine((given, check) => {
		const wrong = (path: string[], message: string) => check.addIssue({ code: 'custom', path, message });
		for (const [path, template] of templatesIn(given)) {
			const problem = templateProblem(template);
			if (problem) wrong(path, problem);
		}
		if (given.action === 'notify') {
			if (!given.title) wrong(['title'], 'A notification needs a title.');
			return;
		}
		const problem = given.url ? addressProblem(given.url) : 'A request needs an address.';
		if (problem) wrong(['url'], problem);
		if (given.json && given.text !== undefined) wrong(['text'], 'Give JSON or a text, not both.');
		if (given.method === 'GET' && (given.json || given.text !== undefined))
			wrong(['method'], 'A GET sends no body.');
	});

type Config = z.output<typeof config>;

/** Every template in the settings with its place. */
function templatesIn(given: Partial<Config>): [string[], string][] {
	const found: [string[], string][] = [];
	const walk = (path: string[], value: Json | undefined) => {
		if (typeof value === 'string') found.push([path, value]);
		else if (value !== null && typeof value === 'object')
			for (const [name, inner] of Object.entries(value)) walk([...path, name], inner);
	};
	for (const name of ['url', 'headers', 'json', 'text', 'title'] as const) walk([name], given[name]);
	return found;
}

export default defineStepKind({
	kind: 'propose',
	title: 'Propose',
	summary: 'Puts together what is to go out, exactly as it will be sent, for a person to approve.',
	jobs: ['draft'],
	config,
	seesRunInputs: true,
	example: {
		action: 'request',
		method: 'POST',
		url: 'https://api.example.org/tickets',
		json: { title: 'Report of {{run.date}}' }
	},
	async run(context) {
		const labels = derivedLabels(context.inputs);
		if (context.config.action === 'request' && labels.reach === 'local-only')
			return fail(staysHere(context.step.title));
		const filling = new Filling(context);
		const made =
			context.config.action === 'notify' ? notification(context.config, filling) : request(context, filling);
		if (!made.ok) return made;
		const text = proposalText(made.value);
		if (!text.ok) return text;
		return ok({
			output: {
				content: text.value,
				media: PROPOSAL_MEDIA[made.value.action],
				labels,
				from: [],
				name: context.step.title
			}
		});
	}
});

function request(context: StepContext<Config>, filling: Filling): Result<Proposal> {
	const { method, url = '', idempotency, headers: given = {}, json, text } = context.config;
	const { title, permissions } = context.step;
	const confirm: { field: string; from: string; value: string }[] = [];
	const note = (field: string) => (one: Foreign) => void confirm.push({ field, ...one });
	const address = fillAddress(url, filling, title, note('url'));
	if (!address.ok) return address;
	if (!isPermitted(address.value, permissions.hosts))
		return fail(notPermitted(title, address.value, permissions.hosts));
	const headers: Record<string, string> = {};
	for (const [name, template] of Object.entries(given)) {
		const value = filling.text(
			template,
			(one) => oneLine(one, name, title),
			note(`headers.${name.toLowerCase()}`)
		);
		if (!value.ok) return value;
		headers[name.toLowerCase()] = value.value.trim();
	}
	const body = json ? filling.json(json) : text === undefined ? ok(null) : filling.text(text, ok);
	if (!body.ok) return body;
	const sent = json ? canonicalJson(body.value) : (body.value as string | null);
	if (sent !== null) headers['content-type'] ??= json ? 'application/json' : 'text/plain;charset=utf-8';
	return ok({ action: 'request', method, url: address.value, headers, body: sent, idempotency, confirm });
}

function notification({ title = '', text = '' }: Config, filling: Filling): Result<Proposal> {
	const heading = filling.text(title, ok);
	if (!heading.ok) return heading;
	const body = filling.text(text, ok);
	return body.ok ? ok({ action: 'notify', title: heading.value, body: body.value, confirm: [] }) : body;
}

function oneLine(value: string, name: string, title: string): Result<string> {
	if (!/[^\x20-\x7e]/.test(value)) return ok(value);
	return fail(
		failure(
			'propose.header',
			`The header “${name}” that “${title}” was to propose would hold line breaks or letters that a header cannot have. Nothing was sent and what came before is kept; look at the value, then start a new run.`
		)
	);
}
