// Writing, files, the wire, keys.

const halt = e => e.preventDefault();
const text = () => $('#text');
const isWide = () => innerWidth > 1060;
/** A piece that the page has ready, with these words. */
const stamp = (id, words) => {
	const item = byId(id).content.firstElementChild.cloneNode(true);
	$('[data-text]', item).textContent = words;
	return item;
};

// A box that was at its end stays there.
const ends = new Map();
const tops = new Map();
const isFollowed = box => ends.get(box.id) ?? true;
const isAtEnd = box => box.scrollHeight - box.scrollTop - box.clientHeight < 48;
const toEnd = box => {
	box.scrollTop = box.scrollHeight;
	ends.set(box.id, true);
	tops.set(box.id, box.scrollTop);
};
const follow = () => { for (const box of $$('[data-stick]')) if (isFollowed(box)) toEnd(box); };
// It is told at once, when the page is laid out. Pictures come late, and windows change.
const sizes = new ResizeObserver(follow);
const watchSizes = () => { for (const box of $$('[data-stick]')) sizes.observe($('ol', box) ?? box); };
let newer = 0;
const tellNewer = count => {
	newer = count;
	set('newer', { hidden: !count });
	set('newer-count', { textContent: count });
};
on('scroll', ({ target: box }) => {
	if (box.dataset?.stick !== '') return;
	// Whoever goes up leaves the end; what grows below takes nobody from it.
	ends.set(box.id, isAtEnd(box) || isFollowed(box) && box.scrollTop >= (tops.get(box.id) ?? 0));
	tops.set(box.id, box.scrollTop);
	if (box.id === 'scroll' && isAtEnd(box)) tellNewer(0);
}, true);

// What goes over all of the page, once a frame.
let due;
const settle = () => {
	cancelAnimationFrame(due);
	due = 0;
	for (const list of $$('#log,#rows')) trim(list);
	$('#rows').dataset.only = $('[name=only]:checked').id;
	follow();
	$('#shown-rows').textContent = seen().length;
	const unread = $$('#chats .un').length;
	document.title = (unread ? `(${unread}) ` : '') + document.title.replace(/^\(\d+\) /, '');
};
// A list lets go of its oldest items; where somebody reads further up, later.
const trim = list => {
	const box = list.closest('[data-stick]');
	const isEnd = isFollowed(box);
	const most = list.dataset.most * (isEnd ? 1 : 2);
	if (list.children.length <= most) return;
	// To measure costs a layout, and whoever follows the end is taken there anyway.
	const below = isEnd || box.scrollHeight - box.scrollTop;
	while (list.children.length > most) list.firstElementChild.remove();
	if (!isEnd) box.scrollTop = box.scrollHeight - below;
	noteMore(list, true);
};
const noteMore = (list, isMore) => {
	const link = $(`[data-of=${list.id}]`);
	list.toggleAttribute('data-more', isMore);
	link.hidden = !isMore;
	link.href = link.href.replace(/before=\d+/, `before=${number(list.firstElementChild)}`);
};
on('put', ({ detail: { place, piece, isNew } }) => {
	if (place?.id === 'log') {
		$('#none')?.remove();
		if (isNew && !isFollowed($('#scroll'))) tellNewer(newer + 1);
	}
	if (place?.id === 'chats') filterChats([piece]);
	if (place?.id === 'rows') noteRow(piece);
	if (piece.id === 'rows') { watchSizes(); picked = ''; }
});
on('filled', settle);

// What is being written belongs to a person's chat: the words even where the page is loaded anew, the files while it is open.

const chat = () => $('main').dataset.of;
const files = new Map();
const attached = () => files.get(chat()) ?? [];
const drafts = new Map();
const keepDraft = () => drafts.set(chat(), text().value);
const showDraft = () => {
	text().value = drafts.get(chat()) ?? sessionStorage[chat()] ?? '';
	attach(attached());
};
on('leave', keepDraft);

const complain = why => {
	set('sayerror', { textContent: why, hidden: !why });
	set('hint', { hidden: !!why });
};
const attach = all => {
	const { most, large } = $('#composer').dataset;
	const fitting = [];
	let room = most;
	for (const file of all) {
		if (file.size > room) continue;
		room -= file.size;
		fitting.push(file);
	}
	complain(fitting.length < all.length ? large : '');
	files.set(chat(), fitting);
	$('#chips').hidden = !fitting.length;
	$('#chips').replaceChildren(...fitting.map(({ name, size }) => {
		const chip = stamp('chip', `${name} · ${Math.ceil(size / 1024)} KB`);
		$('button', chip).ariaLabel += ` ${name}`;
		return chip;
	}));
};
const bring = (e, list) => {
	body.classList.remove('drop');
	if (!list.length) return;
	halt(e);
	attach([...attached(), ...list]);
};
on('paste', e => bring(e, e.clipboardData.files));
on('drop', e => bring(e, e.dataTransfer.files));
on('dragover', e => { if (e.dataTransfer.types.includes('Files')) { halt(e); body.classList.add('drop'); } });
on('dragleave', e => { if (!e.relatedTarget) body.classList.remove('drop'); });

// What is sent goes out in its order. Without a connection it waits, is seen to, and goes when there is one again.

const outbox = [];
let last, isSending;
const say = (form, action, words) => {
	const fields = new FormData(form);
	const isWhole = !words && action.endsWith('say');
	const item = { of: chat(), action, fields, words: words ?? text().value.trim(), files: isWhole ? attached() : [], tries: 0 };
	if (isWhole && !item.words && !item.files.length) return;
	fields.set('text', item.words);
	fields.delete('file');
	for (const file of item.files) fields.append('file', file);
	last = item.words || last;
	if (!words) text().value = '';
	attach(isWhole ? [] : attached());
	outbox.push(item);
	deliver();
};
const deliver = async () => {
	const isLive = body.dataset.state !== 'lost';
	const here = outbox.filter(item => !isLive && item.of === chat());
	$('#waiting').replaceChildren(...here.map(item => stamp('wait', [item.words, ...item.files.map(file => file.name)].join('\n').trim())));
	if (isSending || !outbox.length || !isLive) return;
	const item = outbox[0];
	isSending = true;
	const { isDone, isLost, text } = await post(item.action, item.fields);
	isSending = false;
	// What is never taken, as a file that is there no more, is not tried for ever.
	item.tries += 1;
	if (!isLost || item.tries > 2) {
		outbox.shift();
		if (!isDone) giveBack(item, text);
		else if (item.of === chat()) toEnd($('#scroll'));
	}
	deliver();
};
const giveBack = (item, why) => {
	keepDraft();
	drafts.set(item.of, [item.words, drafts.get(item.of)].filter(Boolean).join('\n'));
	files.set(item.of, [...item.files, ...files.get(item.of) ?? []]);
	showDraft();
	(item.of === chat() ? complain : toast)(why);
};
on('live', deliver);
on('pagehide', () => {
	keepDraft();
	if (body.dataset.state === 'lost') for (const item of outbox.splice(0)) giveBack(item, '');
	// There is room for some, and none of them can be sent that is longer.
	for (const [chat, words] of drafts) sessionStorage[chat] = words.slice(0, 1e5);
});

// What may be meant by a `/` at the beginning, or by an `@`, is offered above the field, which keeps the focus.

const offered = () => $$('#offered:not([hidden]) > :not([hidden])');
const meant = () => text().value.slice(0, text().selectionStart).match(/^\/\S*$|@[^@\n]*$/)?.[0] ?? '';
const choose = item => {
	for (const other of offered()) other.ariaSelected = other === item;
	text().setAttribute('aria-activedescendant', item?.id ?? '');
	item?.scrollIntoView({ block: 'nearest' });
};
const suggest = () => {
	const typed = meant().toLowerCase();
	for (const item of $('#offered').children) {
		const words = item.dataset.fill.toLowerCase();
		item.hidden = !typed || words === typed || !words.startsWith(typed);
	}
	set('offered', { hidden: false });
	set('offered', { hidden: !offered().length });
	choose(offered()[0]);
};
const write = (words, typed = '') => {
	const field = text();
	field.focus();
	field.setRangeText(words, field.selectionStart - typed.length, field.selectionEnd, 'end');
	suggest();
};

// Enter sends, but never the one by which a Chinese word is chosen.

let composed = -1e9;
on('compositionend', e => { composed = e.timeStamp; });
on('keydown', e => {
	const { target, key } = e;
	if (target !== text() || e.shiftKey || e.isComposing || e.keyCode === 229) return;
	const items = offered();
	const item = items.find(item => item.ariaSelected === 'true');
	const isChosen = item && (key === 'Enter' || key === 'Tab');
	if (key === 'Enter' || isChosen) {
		halt(e);
		if (e.timeStamp - composed < 100) return;
		if (isChosen) item.click(); else $('#composer').requestSubmit();
	} else if (item && key === 'Escape') set('offered', { hidden: true });
	else if (item && steps[key] && !e.altKey) {
		halt(e);
		choose(step(items, item, steps[key]));
	} else if (key === 'ArrowUp' && !target.value && last) {
		halt(e);
		write(last);
	}
});

const act = async (address, fields) => {
	const answer = await post(address, fields);
	if (!answer.isDone) toast(answer.text);
};
on('change', e => {
	const { target } = e;
	if (target.matches('#composer [type=file]')) {
		attach([...attached(), ...target.files]);
		target.value = '';
		text().focus();
	} else if (target.matches('.f.on select')) act(target.form.action, new URLSearchParams([...new FormData(target.form), ['on', '1']]));
	else if (target.name === 'only') noteRow();
	else if (target.id === 'keysoff') localStorage.keysoff = target.checked ? '1' : '';
});
on('submit', e => {
	const { target: form, submitter } = e;
	if (form.id === 'composer') {
		halt(e);
		$(':popover-open')?.hidePopover();
		const action = submitter?.getAttribute('formaction') ?? form.getAttribute('action');
		if (action.endsWith('place')) act(action, new FormData(form)); else say(form, action);
	} else if ('act' in form.dataset || body.dataset.state === 'lost') {
		halt(e);
		act(form.action, new URLSearchParams(new FormData(form, submitter)));
	}
});

const view = name => {
	body.dataset.view = name;
	for (const link of $$('.seg a')) link.ariaCurrent = link.dataset.go === name ? 'true' : null;
};
const narrow = name => { if (!isWide()) view(name); };
const sift = (items, field, words) => {
	const wanted = $(field).value.trim().toLowerCase();
	if (!wanted && items.length === 1) return;
	for (const item of items) item.hidden = !!wanted && !words(item).toLowerCase().includes(wanted);
};
const filterChats = (items = $$('#chats li')) => sift(items, '#find', item => item.textContent);
on('input', ({ target }) => {
	if (target.id === 'find') filterChats();
	if (target.id === 'find-wire') noteRow();
	if (target === text()) suggest();
});

// What a press on something does: the first that fits.

const clicks = {
	'.now': item => say($('#composer'), '/act/say', item.dataset.fill),
	'[data-fill]': item => write(item.dataset.fill, item.role === 'option' ? meant() : ''),
	'.shut': item => item.closest('dialog').close(),
	'#chips button': item => attach(attached().toSpliced([...$('#chips').children].indexOf(item.parentElement), 1)),
	'#newer': () => { toEnd($('#scroll')); tellNewer(0); },
	'#pause': () => pause(),
	'#curl': async ({ dataset, title }) => { await navigator.clipboard.writeText(dataset.copy); toast(`${title} ✓`); },
	'[data-dialog]': item => byId(item.dataset.dialog).showModal(),
	'[data-to]': item => toast(item.dataset.to),
	'[data-go]': item => view(item.dataset.go),
	'[data-w]': item => { narrow('wire'); pick(byId(item.dataset.w) ?? item, item.dataset.w); },
	'.w': item => pick(item),
	'[data-play]': item => play(item),
	'.back2': item => {
		history.pushState(null, '', item.href);
		$('main').dataset.open = 'list';
		visited = '';
		$('#chats [aria-current]')?.focus();
	},
	'.earlier': item => earlier(item),
	'.it,.scopes a': item => go(item.href),
	'[data-state=lost] a': () => toast(body.dataset.lost),
};
on('click', e => {
	if (e.button || e.ctrlKey || e.metaKey || e.shiftKey) return;
	const selector = Object.keys(clicks).find(selector => e.target.closest?.(selector));
	if (!selector) return;
	halt(e);
	clicks[selector](e.target.closest(selector));
});

// One recording at a time; a press on it stops it.
let sound;
const play = link => {
	const isOn = link.matches('.on');
	sound?.pause();
	if (isOn) return;
	sound = new Audio(link.href);
	sound.onplay = sound.onpause = e => link.classList.toggle('on', e.type === 'play');
	sound.play().catch(() => {});
};

/** The nodes at an address; of none where nobody answers. */
const load = address => fetch(address).then(answer => answer.text()).then(nodes, () => toast(body.dataset.lost));
const earlier = async link => {
	const list = byId(link.dataset.of);
	const piece = await load(link.href);
	if (!piece) return;
	const older = $(`#${list.id}`, piece);
	const box = list.closest('[data-stick]');
	const below = box.scrollHeight - box.scrollTop;
	ends.set(box.id, false);
	list.prepend(...older.children);
	noteMore(list, 'more' in older.dataset);
	noteRow();
	box.scrollTop = box.scrollHeight - below;
};

let held = null;
const pause = () => {
	held?.forEach(queue);
	held = held ? null : [];
	set('pause', { ariaPressed: !!held });
	tellHeld();
};
const tellHeld = () => set('held', { hidden: !held?.length, textContent: `+${held?.length}` });
take = piece => {
	if (!held || piece.at !== 'rows') return queue(piece);
	if (held.push(piece) > 1000) held.shift();
	tellHeld();
};

const seen = () => $$(`#rows ${$('[name=only]:checked').value}:not([hidden])`);
const noteRow = piece => {
	const rows = piece ? [piece] : $$('#rows .w');
	sift(rows, '#find-wire', row => `${row.textContent} ${row.dataset.find}`);
	due ||= requestAnimationFrame(settle);
	for (const row of rows) mark(row, row.id === picked);
	if (!piece) return;
	if (piece.id === picked || !picked && piece.matches('.here')) pick(piece, piece.id, true);
};
const mark = (item, isPicked) => Object.assign(item, { ariaSelected: isPicked, tabIndex: isPicked ? 0 : -1 });
const shown = () => $('#detail [data-entry]')?.dataset.entry;
let picked = shown();
const pick = async (row, id = row.id, isQuiet = false) => {
	picked = id;
	for (const other of $$('#rows .w')) mark(other, other.id === id);
	if (!isQuiet) row.scrollIntoView({ block: 'nearest' });
	const piece = await load(`/wire/${id.slice(1)}${location.search}`);
	// Another was picked meanwhile.
	if (!piece || picked !== id) return;
	const tab = $('[name=tab]:checked')?.id;
	$('#detail').replaceWith(piece);
	set(tab, { checked: true });
};
const steps = { ArrowDown: 1, ArrowUp: -1 };
const step = (list, from, by) => list[Math.min(Math.max(list.indexOf(from) + by, 0), list.length - 1)];
on('keydown', e => {
	const { target, key } = e;
	if (!steps[key] || e.altKey || !target.closest('#rows')) return;
	halt(e);
	const row = step(seen(), target.closest('.w') ?? $('#rows [aria-selected=true]'), steps[key]);
	if (row) { row.focus(); pick(row); }
});

// Bubbles and their calls light each other.

on('pointerover', ({ target }) => {
	for (const lit of $$('.lit')) lit.classList.remove('lit');
	const item = target.closest?.('.msg,.w');
	if (!item) return;
	for (const link of $$(`[data-w="${item.id}"]`)) link.closest('.msg').classList.add('lit');
	for (const link of $$('[data-w]', item)) byId(link.dataset.w)?.classList.add('lit');
});

set('keysoff', { checked: localStorage.keysoff });
const toChat = by => step($$('#chats .it'), $('#chats .it[aria-current]'), by)?.click();
on('keydown', e => {
	if (e.altKey && e.key.match(/^Arrow(Up|Down)$/)) { halt(e); return toChat(e.key === 'ArrowUp' ? -1 : 1); }
	if (e.target.matches('input:not([type=radio]):not([type=checkbox]),textarea,select') || e.ctrlKey || e.metaKey || e.altKey) return;
	if (localStorage.keysoff || $('dialog[open]')) return;
	const act = {
		u: () => $('#people').showModal(), c: () => text().focus(), '/': () => $('#find').focus(), '?': () => $('#keys').showModal(),
		w: () => { narrow('wire'); ($('#rows [aria-selected=true]') ?? seen().at(-1) ?? $('#rows')).focus(); },
		f: () => { narrow('faults'); $('.f button').focus(); },
		p: pause, y: () => $('#curl')?.click(),
	}[e.key] ?? (e.key > 0 && (() => byId(`tab${e.key - 1}`)?.click()));
	if (act) { halt(e); act(); }
});

const tick = () => {
	const clock = $('#clock');
	$('time', clock).dateTime = new Date(Date.now() + Number(clock.dataset.lead)).toISOString();
	localise(clock);
};
setInterval(tick, 1000);

// Whoever answers in a chat may be told that somebody opens it.
let visited;
const visit = () => {
	if (visited === chat() || innerWidth <= 720 && $('main').dataset.open === 'list') return;
	visited = chat();
	if ('visits' in $('#talk').dataset) post('/act/enter', new URLSearchParams(new FormData($('#composer'))));
};

on('show', ({ detail: isSame }) => {
	pill();
	if (!isSame) ends.clear();
	watchSizes();
	tellNewer(0);
	picked = shown();
	filterChats();
	noteRow();
	showDraft();
	deliver();
	visit();
	if (!isSame && isWide()) text().focus();
});

watchSizes();
showDraft();
noteRow();
connect();
visit();
