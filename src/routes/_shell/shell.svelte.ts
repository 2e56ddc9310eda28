/** What of the shell is open. Pages may open the palette too. */
export const shell = $state<{ palette: boolean; help: boolean; menu: boolean; locked: File | null }>({
	palette: false,
	help: false,
	menu: false,
	/** A file that is to be imported and needs its passphrase. */
	locked: null
});
