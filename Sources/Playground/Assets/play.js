// Writing, files, the wire, keys.

const halt = e => e.preventDefault();
const text = () => $('#text');
const isWide = () => innerWidth > 1060;

// A box that was at its end stays there.
const ends = new WeakMap();
const isAtEnd = box => box.scrollHeight - box.scrollTop - box.clientHeight < 48;
const tops = new WeakMap();
const toEnd = box => { box.scrollTop = box.scrollHeight; ends.set(box, true); tops.set(box, box.scrollTop); };
let newer = 0;
const tellNewer = count => {
	newer = count;
	set('newer', { hidden: !count });
	set('newer-count', { textContent: count });
};
const watchScrolling = () => {
	for (const box of $$('[data-stick]')) {
		ends.set(box, true);
		box.addEventListener('scroll', () => {
			// Whoever goes up leaves the end; what grows below takes nobody from it.
			ends.set(box, isAtEnd(box) || ends.get(box) && box.scrollTop >= tops.get(box));
			tops.set(box, box.scrollTop);
			if (box.id === 'scroll' && isAtEnd(box)) tellNewer(0);
		});
		// It is told at once, when the page is laid out. Pictures come late, and windows change.
		new ResizeObserver(() => { if (ends.get(box)) toEnd(box); }).observe($('ol', box) ?? box);
	}
};

const follow = () => { for (const box of $$('[data-stick]')) if (ends.get(box)) toEnd(box); };

// What needs the layout, once a frame.
let due;
const settle = () => {
	cancelAnimationFrame(due);
	due = 0;
	for (const list of $$('[data-most]')) trim(list);
	$('#rows').dataset.only = $('[name=only]:checked').id;
	follow();
	$('#shown-rows').textContent = seen().length;
	count();
};
// A list lets go of its oldest items; where somebody reads further up, later.
const trim = list => {
	const box = list.closest('[data-stick]');
	const isFollowed = ends.get(box);
	const most = list.dataset.most * (isFollowed ? 1 : 2);
	if (list.children.length <= most) return;
	// To measure costs a layout, and whoever follows the end is taken there anyway.
	const left = isFollowed || box.scrollHeight - box.scrollTop;
	while (list.children.length > most) list.firstElementChild.remove();
	if (!isFollowed) box.scrollTop = box.scrollHeight - left;
	noteMore(list, true);
};
const noteMore = (list, isMore) => {
	const link = $(`[data-of=${list.id}]`);
	list.toggleAttribute('data-more', isMore);
	link.hidden = !isMore;
	link.href = link.href.replace(/before=\d+/, `before=${number(list.firstElementChild)}`);
};
addEventListener('put', ({ detail: { place, piece, isNew } }) => {
	const box = piece.closest('[data-stick]');
	if (box?.id === 'scroll' && isNew && !ends.get(box)) tellNewer(newer + 1);
	if (place?.id === 'log') $('#none')?.remove();
	if (place?.id === 'chats') filterChats([piece]);
	if (place?.id === 'rows') noteRow(piece);
	if (piece.id === 'rows') { watchScrolling(); picked = ''; }
});
addEventListener('filled', settle);

const count = () => {
	const unread = $$('#chats .un').length;
	document.title = (unread ? `(${unread}) ` : '') + document.title.replace(/^\(\d+\) /, '');
};

// Enter sends, but never the one by which a Chinese word is chosen.

const drafts = new Map();
const sent = [];
let attached = [];
let composed = -1e9;
on('compositionend', e => { composed = e.timeStamp; });
on('keydown', e => {
	if (e.target !== text()) return;
	if (e.key === 'ArrowUp' && !text().value && sent.length) { text().value = sent.at(-1); halt(e); }
	if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
	halt(e);
	if (e.timeStamp - composed >= 100) $('#composer').requestSubmit();
});

const say = async (form, action) => {
	const fields = new FormData(form);
	const words = fields.get('text').trim();
	const files = attached;
	if (!words && !files.length && action.endsWith('/say')) return;
	fields.delete('file');
	for (const file of files) fields.append('file', file);
	if (words) sent.push(words);
	text().value = '';
	attach([]);
	complain('');
	const answer = await post(action, fields).catch(() => ({ text: form.dataset.lost }));
	if (answer.isDone) return toEnd($('#scroll'));
	complain(answer.text);
	if (!text().value) { text().value = words; attach(files); }
};

const complain = why => {
	set('sayerror', { textContent: why, hidden: !why });
	set('hint', { hidden: !!why });
};

const attach = files => {
	const form = $('#composer');
	const fitting = files.filter(file => file.size <= Number(form.dataset.most));
	if (fitting.length < files.length) complain(form.dataset.large);
	attached = fitting;
	const list = $('#chips');
	list.hidden = !attached.length;
	const made = (name, what) => Object.assign(document.createElement(name), what);
	list.replaceChildren(...attached.map(file => {
		const remove = made('button', { type: 'button', textContent: '×', ariaLabel: `× ${file.name}` });
		remove.onclick = () => attach(attached.filter(other => other !== file));
		const chip = made('li');
		chip.append(`${file.name} · ${Math.ceil(file.size / 1024)} KB`, remove);
		return chip;
	}));
};

on('change', e => {
	if (e.target.matches('#composer input[type=file]')) {
		attach([...attached, ...e.target.files]);
		e.target.value = '';
		text().focus();
	} else if (e.target.matches('.f.on select')) {
		const { form } = e.target;
		post(form.action, new URLSearchParams([...new FormData(form), ['on', '1']]));
	} else if (e.target.name === 'only') noteRow();
});
const bring = (e, files) => {
	body.classList.remove('drop');
	if (!files.length) return;
	halt(e);
	attach([...attached, ...files]);
};
on('paste', e => bring(e, e.clipboardData.files));
on('drop', e => bring(e, e.dataTransfer.files));
on('dragover', e => { if (e.dataTransfer.types.includes('Files')) { halt(e); body.classList.add('drop'); } });
on('dragleave', e => { if (!e.relatedTarget) body.classList.remove('drop'); });

on('submit', async e => {
	const form = e.target;
	if (form.id === 'composer') {
		halt(e);
		const action = e.submitter?.getAttribute('formaction') ?? form.getAttribute('action');
		for (const details of $$('details', form)) details.open = false;
		return say(form, action);
	}
	if (!('act' in form.dataset)) return;
	halt(e);
	const answer = await post(form.action, new URLSearchParams(new FormData(form, e.submitter)));
	if (!answer.isDone) toast(answer.text);
});

let toasting;
const toast = words => {
	set('toast', { textContent: words, hidden: false });
	clearTimeout(toasting);
	toasting = setTimeout(set, 6000, 'toast', { hidden: true });
};



const view = name => {
	body.dataset.view = name;
	for (const link of $$('.seg a')) link.ariaCurrent = link.dataset.go === name ? 'true' : null;
};
const sift = (items, field, words) => {
	const wanted = $(field).value.trim().toLowerCase();
	if (!wanted && items.length === 1) return;
	for (const item of items) item.hidden = !!wanted && !words(item).toLowerCase().includes(wanted);
};
const narrow = name => { if (!isWide()) view(name); };
const filterChats = (items = $$('#chats li')) => sift(items, '#find', item => item.textContent);
on('input', e => {
	if (e.target.id === 'find') filterChats();
	if (e.target.id === 'find-wire') noteRow();
});

on('click', async e => {
	if (e.button || e.ctrlKey || e.metaKey || e.shiftKey) return;
	const on = selector => e.target.closest?.(selector);
	const link = on('a');
	const inside = act => { halt(e); act(); };
	const fill = on('.fill');
	if (fill) {
		const written = text().value;
		text().value = fill.dataset.fill;
		text().focus();
		// What is being written stays.
		if (fill.matches('.now')) { $('#composer').requestSubmit(); text().value = written; }
	} else if (on('#who,.opens-people')) inside(() => $('#people').showModal());
	else if (on('#help')) inside(() => $('#keys').showModal());
	else if (on('.shut')) on('dialog').close();
	else if (on('dialog') === e.target) e.target.close();
	else if (on('#newer')) { toEnd($('#scroll')); tellNewer(0); }
	else if (on('#pause')) pause();
	else if (on('#curl')) { await navigator.clipboard.writeText(on('#curl').dataset.copy); toast(on('#curl').title + ' ✓'); }
	else if (on('[role=tab]')) pickTab(on('[role=tab]'));
	else if (!link) return;
	else if (link.matches('.to')) inside(() => toast(link.dataset.to));
	else if (link.dataset.go) inside(() => view(link.dataset.go));
	else if (link.dataset.w) inside(() => { narrow('wire'); pick(byId(link.dataset.w) ?? link, link.dataset.w); });
	else if (link.matches('.w')) inside(() => pick(link));
	else if ('play' in link.dataset) inside(() => play(link));
	else if ('enlarge' in link.dataset) inside(() => enlarge(link));
	else if (link.matches('.back2')) inside(() => { body.dataset.open = 'list'; $('#chats [aria-current]')?.focus(); });
	else if (link.matches('.earlier')) inside(() => earlier(link));
	else if (link.matches('.it,.scopes a')) inside(() => {
		body.dataset.open = 'talk';
		if (text()) drafts.set(location.href, text().value);
		go(link.getAttribute('href'));
	});
});

const enlarge = link => {
	const picture = $('img', link).cloneNode();
	picture.removeAttribute('class');
	$('#enlarged').replaceChildren(picture);
	$('#enlarged').showModal();
};

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

const earlier = async link => {
	const list = byId(link.dataset.of);
	const piece = $(`#${list.id}`, nodes(await (await fetch(link.href)).text()));
	const box = list.closest('[data-stick]');
	const left = box.scrollHeight - box.scrollTop;
	ends.set(box, false);
	list.prepend(...piece.children);
	noteMore(list, 'more' in piece.dataset);
	noteRow();
	box.scrollTop = box.scrollHeight - left;
};


let held = null;
const pause = () => {
	const button = $('#pause');
	held?.forEach(queue);
	held = held ? null : [];
	button.ariaPressed = !!held;
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
	// While nobody answers the page says so already.
	const text = await fetch(`/wire/${id.slice(1)}${location.search}`).then(answer => answer.ok && answer.text()).catch(() => {});
	// Another was picked meanwhile.
	if (!text || picked !== id) return;
	const piece = nodes(text);
	const tab = $('[role=tab][aria-selected=true]')?.id;
	$('#detail').replaceWith(piece);
	byId(tab)?.click();
};
const pickTab = tab => {
	for (const other of $$('[role=tab]')) {
		mark(other, other === tab);
		byId(other.getAttribute('aria-controls')).hidden = other !== tab;
	}
};
const step = (list, from, by) => list[Math.min(Math.max(list.indexOf(from) + by, 0), list.length - 1)];
on('keydown', e => {
	const { target, key } = e;
	const by = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[key];
	if (!by || e.altKey) return;
	if (target.closest('#rows') && key.match(/Up|Down/)) {
		halt(e);
		const row = step(seen(), target.closest('.w') ?? $('#rows [aria-selected=true]'), by);
		if (row) { row.focus(); pick(row); }
	} else if (target.matches('[role=tab]') && key.match(/Left|Right/)) {
		const tab = step($$('[role=tab]'), target, by);
		tab.focus();
		pickTab(tab);
	}
});

// Bubbles and their calls light each other.

on('pointerover', ({ target }) => {
	for (const lit of $$('.lit')) lit.classList.remove('lit');
	const item = target.closest?.('.msg,.w');
	if (!item) return;
	for (const link of $$(`[data-w="${item.id}"]`)) link.closest('.msg').classList.add('lit');
	for (const link of $$('[data-w]', item)) byId(link.dataset.w)?.classList.add('lit');
});


$('#keysoff').checked = localStorage.keysoff;
$('#keysoff').onchange = e => { localStorage.keysoff = e.target.checked ? '1' : ''; };
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
const visit = () => {
	if (!('visits' in $('#talk').dataset) || innerWidth <= 720 && body.dataset.open === 'list') return;
	post('/act/enter', new URLSearchParams(new FormData($('#composer'))));
};

addEventListener('show', ({ detail: { isSame } }) => {
	watchScrolling();
	tellNewer(0);
	picked = shown();
	noteRow();
	if (!isSame) { text().value = drafts.get(location.href) ?? ''; if (isWide()) text().focus(); visit(); }
});

watchScrolling();
noteRow();
connect();
visit();
