import { canonicalJson, sayName, type Flag, type Json } from '$lib/core';

/** Several tries of one question beside each other: where they agree. That says nothing about who is right. */
export interface Agreement {
	/** Place of the try that agrees with the most others. */
	best: number;
	of: number;
	/** Tries that gave the same as the best one, throughout; the best one counts. */
	agreed: number;
	/** One for each member on which they do not agree, or for the whole where it has none. */
	flags: Flag[];
}

/** Compares the answers of several tries, member by member where they are records. At least one is given. */
export function agreementOf(answers: readonly Json[]): Agreement {
	const votes = (pick: (answer: Json) => Json) => {
		const said = answers.map((answer) => canonicalJson(pick(answer)));
		return said.map((one) => said.filter((other) => other === one).length);
	};
	const names = membersOf(answers);
	const each = names.length > 0 ? names.map((name) => votes((one) => member(one, name))) : [votes(plain)];
	const scores = answers.map((_, at) => each.reduce((sum, counts) => sum + (counts[at] ?? 0), 0));
	const best = scores.indexOf(Math.max(...scores));
	const flags = each.flatMap((counts, place): Flag[] => {
		const agreed = counts[best] ?? 0;
		if (agreed === answers.length) return [];
		const name = names[place];
		const others = answers.filter((_, at) => counts[at] !== agreed || !isLike(answers, best, at, name));
		return [
			{
				kind: 'uncertain',
				text: `${name === undefined ? 'The answer' : `“${sayName(name)}”`}: ${agreed} of ${answers.length} tries agreed on ${said(answers[best], name)}; ${[...new Set(others.map((one) => said(one, name)))].join(' and ')} came up too.`,
				...(name === undefined ? {} : { about: name })
			}
		];
	});
	return { best, of: answers.length, agreed: votes(plain)[best] ?? 1, flags };
}

function plain(answer: Json): Json {
	return typeof answer === 'string' ? answer.trim().toLowerCase() : answer;
}

function isLike(answers: readonly Json[], best: number, at: number, name: string | undefined): boolean {
	const of = (place: number) => {
		const answer = answers[place] ?? null;
		return canonicalJson(name === undefined ? plain(answer) : member(answer, name));
	};
	return of(best) === of(at);
}

/** The members that all of them are made of; none where one of them is no record. */
function membersOf(answers: readonly Json[]): string[] {
	const records = answers.filter((one) => one !== null && typeof one === 'object' && !Array.isArray(one));
	if (records.length < answers.length) return [];
	return [...new Set(records.flatMap((one) => Object.keys(one as object)))];
}

function member(answer: Json, name: string): Json {
	return (answer as Record<string, Json>)[name] ?? null;
}

const LONGEST = 60;

function said(answer: Json | undefined, name: string | undefined): string {
	const value = name === undefined ? (answer ?? null) : member(answer ?? null, name);
	const text =
		typeof value === 'string' ? `“${value.trim()}”` : value === null ? 'nothing' : JSON.stringify(value);
	return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
