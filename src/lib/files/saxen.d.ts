/** The part of saxen that is used; it brings no types. */
declare module 'saxen' {
	type Decode = (text: string) => string;

	export class Parser {
		on(
			event: 'openTag',
			told: (name: string, attributes: () => Record<string, string>, decode: Decode) => void
		): this;
		on(event: 'closeTag', told: (name: string) => void): this;
		on(event: 'text', told: (text: string, decode: Decode) => void): this;
		on(event: 'cdata' | 'attention', told: (text: string) => void): this;
		on(event: 'error', told: (error: Error) => void): this;
		write(xml: string): this;
		end(): Error | null;
	}
}
