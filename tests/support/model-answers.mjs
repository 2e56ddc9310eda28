/**
 * What the test server says. It knows no workflow: numbers and names are taken from the prompt, so that checks which
 * look numbers up in the sources hold.
 *
 * @param {string} model Behaviour; see model-server.mjs.
 * @param {import('./protocols.mjs').Asked} asked
 * @returns {string}
 */
export function answerFor(model, asked) {
	if (model === 'empty') return '';
	if (model === 'prose') return 'I looked at the files and everything seems fine this week.';
	const system = textOf(asked, 'system');
	const user = textOf(asked, 'user');
	const schema = schemaOf(asked, `${system}\n${user}`);
	if (!schema) return report(system, user);
	const json = JSON.stringify(valueFor(schema, sourceOf(user), schema), null, 1);
	return model === 'fenced' ? `Here is the data:\n\n\`\`\`json\n${json}\n\`\`\`\n` : json;
}

function textOf(asked, role) {
	return asked.messages
		.filter((message) => message.role === role)
		.map(({ content }) => content)
		.join('\n');
}

/** The schema of the request, or one that the prompt holds as text where the request only says that JSON is wanted. */
function schemaOf({ schema, json }, prompt) {
	if (schema) return schema;
	if (!json) return null;
	const start = prompt.indexOf('{', Math.max(0, prompt.indexOf('JSON Schema')));
	for (let end = prompt.indexOf('}', start); end >= 0; end = prompt.indexOf('}', end + 1)) {
		try {
			return JSON.parse(prompt.slice(start, end + 1));
		} catch {
			// Not the last bracket yet.
		}
	}
	return {};
}

/** Numbers and lines of the fenced material (of the whole prompt, when nothing is fenced). */
function sourceOf(user) {
	const fenced = [...user.matchAll(/<<<(?!end)[^\n]*>>>\n([\s\S]*?)\n<<<end/g)]
		.map((match) => match[1])
		.join('\n');
	const material = fenced === '' ? user : fenced;
	const numbers = [...material.matchAll(/(?<![\w.-])\d+(?:\.\d+)?(?![\w-])/g)].map((match) =>
		Number(match[0])
	);
	const lines = material.split('\n').filter((line) => /\p{L}{3}/u.test(line) && line.length < 200);
	let number = 0;
	let line = 0;
	return {
		number: () => (numbers.length === 0 ? 1 : numbers[number++ % numbers.length]),
		line: () => (lines.length === 0 ? 'Nothing stands out.' : lines[line++ % lines.length].trim())
	};
}

/** A value that fits a schema, by its types. */
function valueFor(schema, source, root) {
	if (schema === true || schema === undefined) return source.line();
	if (schema.$ref) return valueFor(resolve(schema.$ref, root), source, root);
	if (schema.const !== undefined) return schema.const;
	if (schema.enum) return schema.enum[0];
	const choice = schema.anyOf ?? schema.oneOf;
	if (choice) return valueFor(choice.find((each) => each.type !== 'null') ?? choice[0], source, root);
	const types = [schema.type ?? (schema.properties ? 'object' : schema.items ? 'array' : 'string')].flat();
	switch (types.find((each) => each !== 'null') ?? 'null') {
		case 'object':
			return Object.fromEntries(
				Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, valueFor(inner, source, root)])
			);
		case 'array':
			return Array.from({ length: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 2, 2)) }, () =>
				valueFor(schema.items ?? true, source, root)
			);
		case 'integer':
			return Math.round(within(source.number(), schema));
		case 'number':
			return within(source.number(), schema);
		case 'boolean':
			return true;
		case 'null':
			return null;
		default:
			return words(schema, source);
	}
}

function resolve(reference, root) {
	return reference
		.split('/')
		.slice(1)
		.reduce((node, name) => node?.[name], root);
}

function within(number, schema) {
	const { minimum = -Infinity, maximum = Infinity } = schema;
	return Math.min(Math.max(number, minimum), maximum);
}

function words(schema, source) {
	if (schema.format === 'date') return '2026-03-27';
	if (schema.format === 'date-time') return '2026-03-27T09:00:00Z';
	if (schema.format === 'email') return 'anna@example.com';
	if (schema.format === 'uri') return 'https://example.com/';
	const line = source.line().slice(0, schema.maxLength ?? 120);
	return line.padEnd(schema.minLength ?? 0, '.');
}

/** A short report: the sections that were asked for, a number from the sources, and how many notes it was given. */
function report(system, user) {
	const source = sourceOf(user);
	const title = /^Title: (.+)$/m.exec(user)?.[1] ?? 'Weekly report';
	const outline = /each under a level 2 heading:\n(?:Title: .*\n)?((?:- .*(?:\n|$))+)/.exec(user)?.[1] ?? '';
	const headings = [...outline.matchAll(/^- ([^:\n]+)/gm)].map((match) => match[1].trim());
	const notes = notesIn(system);
	const body = (headings.length > 0 ? headings : ['Summary', 'Numbers']).map(
		(heading) => `## ${heading}\n\nThe figure to look at is ${source.number()}.`
	);
	const told = notes === 0 ? [] : [`Correction notes received: ${notes}.`];
	return [`# ${title}`, ...body, ...told].join('\n\n') + '\n';
}

/** Items of the list that follows a line about corrections or notes. */
function notesIn(system) {
	const list = /^.*\b(?:corrections?|notes?)\b.*:\s*\n((?:\s*(?:[-*]|\d+[.)]) .*(?:\n|$))+)/im.exec(
		system
	)?.[1];
	return list ? list.trim().split('\n').length : 0;
}
