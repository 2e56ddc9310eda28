/** Colours code in the languages that notebooks are likely to hold. Loaded with the first piece of code in a text. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import type { Highlight } from './markdown';

const LANGUAGES = { bash, css, diff, javascript, json, python, sql, typescript, xml, yaml };
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** Longer code stays without colours: finding them would hold the page up. */
const LONGEST = 40_000;

export const highlight: Highlight = (code, language) =>
	code.length <= LONGEST && hljs.getLanguage(language)
		? hljs.highlight(code, { language, ignoreIllegals: true }).value
		: null;
