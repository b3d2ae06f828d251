// Names of emoji, as people and apps write them between colons, and the characters they stand for. The names are those
// that Slack's composer offers (they go back to the iamcal/emoji-data short names); a few hundred common ones.

const TABLE = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rolling_on_the_floor_laughing 🤣 blush 😊
innocent 😇 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 relieved 😌 heart_eyes 😍 kissing_heart 😘 yum 😋
stuck_out_tongue 😛 zany_face 🤪 thinking_face 🤔 face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑
smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺
worried 😟 confused 😕 slightly_frowning_face 🙁 white_frowning_face ☹️ persevere 😣 confounded 😖 tired_face 😫
weary 😩 cry 😢 sob 😭 triumph 😤 angry 😠 rage 😡 exploding_head 🤯 scream 😱 fearful 😨 cold_sweat 😰
disappointed_relieved 😥 disappointed 😞 pensive 😔 sweat 😓 hugging_face 🤗 shushing_face 🤫 zipper_mouth_face 🤐
no_mouth 😶 sleeping 😴 sleepy 😪 dizzy_face 😵 mask 😷 nauseated_face 🤢 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐
partying_face 🥳 melting_face 🫠 saluting_face 🫡 robot_face 🤖 ghost 👻 skull 💀 alien 👽 clown_face 🤡 hankey 💩
wave 👋 raised_hand ✋ raised_hands 🙌 ok_hand 👌 v ✌️ crossed_fingers 🤞 the_horns 🤘 call_me_hand 🤙 point_left 👈
point_right 👉 point_up ☝️ point_up_2 👆 point_down 👇 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊
clap 👏 open_hands 👐 pray 🙏 handshake 🤝 muscle 💪 writing_hand ✍️ eyes 👀 eye 👁️ brain 🧠 ear 👂 speaking_head_in_silhouette 🗣️
bust_in_silhouette 👤 busts_in_silhouette 👥 shrug 🤷 man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️ face_palm 🤦
man-facepalming 🤦‍♂️ woman-facepalming 🤦‍♀️ raising_hand 🙋 man-raising-hand 🙋‍♂️ woman-raising-hand 🙋‍♀️ bow 🙇
technologist 🧑‍💻 male-technologist 👨‍💻 female-technologist 👩‍💻 firefighter 🧑‍🚒 male-firefighter 👨‍🚒
female-firefighter 👩‍🚒 detective 🕵️ sleuth_or_spy 🕵️ construction_worker 👷 superhero 🦸 runner 🏃 dancer 💃
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
broken_heart 💔 sparkling_heart 💖 100 💯 boom 💥 collision 💥 sweat_drops 💦 dash 💨 zzz 💤 speech_balloon 💬
thought_balloon 💭 left_speech_bubble 🗨️ right_anger_bubble 🗯️ anger 💢
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️
bangbang ‼️ interrobang ⁉️ question ❓ grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕
warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 stop_sign 🛑 sos 🆘 ok 🆗 new 🆕 up 🆙 free 🆓
information_source ℹ️ red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢
large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 white_circle ⚪ black_circle ⚫ large_red_square 🟥
large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪
black_large_square ⬛ white_large_square ⬜ large_blue_diamond 🔷 large_orange_diamond 🔶 small_blue_diamond 🔹
small_orange_diamond 🔸 small_red_triangle 🔺 small_red_triangle_down 🔻 white_small_square ▫️ black_small_square ▪️
radio_button 🔘 heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_division_sign ➗ infinity ♾️ recycle ♻️ copyright ©️ tm ™️
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_lower_left ↙️
arrow_upper_left ↖️ arrow_up_down ↕️ left_right_arrow ↔️ arrows_counterclockwise 🔄 arrows_clockwise 🔃
leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrow_heading_up ⤴️ arrow_heading_down ⤵️ repeat 🔁
arrow_forward ▶️ arrow_backward ◀️ fast_forward ⏩ rewind ⏪ double_vertical_bar ⏸️ black_square_for_stop ⏹️ record_button ⏺️
rotating_light 🚨 fire 🔥 fire_engine 🚒 fire_extinguisher 🧯 ambulance 🚑 police_car 🚓 bell 🔔 no_bell 🔕
loudspeaker 📢 mega 📣 postal_horn 📯 mute 🔇 speaker 🔈 sound 🔉 loud_sound 🔊 satellite_antenna 📡 satellite 🛰️
hourglass ⌛ hourglass_flowing_sand ⏳ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ watch ⌚ mantelpiece_clock 🕰️
clock1 🕐 clock2 🕑 clock3 🕒 clock4 🕓 clock5 🕔 clock6 🕕 clock7 🕖 clock8 🕗 clock9 🕘 clock10 🕙 clock11 🕚 clock12 🕛
calendar 📆 date 📅 spiral_calendar_pad 🗓️ card_index 📇 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
bar_chart 📊 clipboard 📋 pushpin 📌 round_pushpin 📍 paperclip 📎 linked_paperclips 🖇️ straight_ruler 📏 scissors ✂️
memo 📝 pencil 📝 pencil2 ✏️ black_nib ✒️ lower_left_ballpoint_pen 🖊️ page_facing_up 📄 page_with_curl 📃
bookmark_tabs 📑 bookmark 🔖 label 🏷️ newspaper 📰 notebook 📓 closed_book 📕 green_book 📗 blue_book 📘 orange_book 📙
books 📚 book 📖 open_book 📖 ledger 📒 scroll 📜 file_folder 📁 open_file_folder 📂 card_file_box 🗃️ file_cabinet 🗄️
wastebasket 🗑️ package 📦 email ✉️ envelope ✉️ envelope_with_arrow 📩 incoming_envelope 📨 inbox_tray 📥 outbox_tray 📤
mailbox 📫 lock 🔒 unlock 🔓 lock_with_ink_pen 🔏 closed_lock_with_key 🔐 key 🔑 old_key 🗝️ shield 🛡️ link 🔗 chains ⛓️
hammer 🔨 hammer_and_wrench 🛠️ wrench 🔧 nut_and_bolt 🔩 gear ⚙️ toolbox 🧰 magnet 🧲 pick ⛏️ screwdriver 🪛 ladder 🪜
mag 🔍 mag_right 🔎 microscope 🔬 telescope 🔭 test_tube 🧪 petri_dish 🧫 dna 🧬 pill 💊 syringe 💉 stethoscope 🩺
thermometer 🌡️ adhesive_bandage 🩹 computer 💻 desktop_computer 🖥️ keyboard ⌨️ three_button_mouse 🖱️ printer 🖨️
floppy_disk 💾 minidisc 💽 cd 💿 dvd 📀 battery 🔋 low_battery 🪫 electric_plug 🔌 bulb 💡 flashlight 🔦 candle 🕯️
iphone 📱 telephone_receiver 📞 phone ☎️ pager 📟 camera 📷 video_camera 📹 movie_camera 🎥 clapper 🎬 tv 📺 headphones 🎧
microphone 🎤 studio_microphone 🎙️ musical_note 🎵 art 🎨 dart 🎯 game_die 🎲 jigsaw 🧩 crystal_ball 🔮 trophy 🏆
first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 medal 🏅 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁
ribbon 🎀 birthday 🎂 sparkles ✨ star ⭐ star2 🌟 dizzy 💫 zap ⚡ sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️
thunder_cloud_and_rain ⛈️ lightning 🌩️ tornado 🌪️ fog 🌫️ snowflake ❄️ snowman ⛄ umbrella ☔ ocean 🌊 droplet 💧 rainbow 🌈
volcano 🌋 comet ☄️ earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 world_map 🗺️ compass 🧭
new_moon 🌑 full_moon 🌕 crescent_moon 🌙 rocket 🚀 airplane ✈️ helicopter 🚁 ship 🚢 anchor ⚓ sailboat ⛵ truck 🚚
car 🚗 bus 🚌 train 🚋 bike 🚲 construction 🚧 vertical_traffic_light 🚦 traffic_light 🚥 checkered_flag 🏁
triangular_flag_on_post 🚩 white_flag 🏳️ black_flag 🏴 rainbow-flag 🏳️‍🌈 house 🏠 office 🏢 factory 🏭 hospital 🏥 bank 🏦
convenience_store 🏪 school 🏫 european_castle 🏰 tent ⛺ moneybag 💰 dollar 💵 euro 💶 credit_card 💳 receipt 🧾
shopping_trolley 🛒 gem 💎 briefcase 💼 scales ⚖️ ticket 🎫 admission_tickets 🎟️ coffin ⚰️ bomb 💣 knife 🔪 crossed_swords ⚔️
coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 cocktail 🍸 champagne 🍾 pizza 🍕 hamburger 🍔 taco 🌮 doughnut 🍩 cookie 🍪
cake 🍰 apple 🍎 banana 🍌 lemon 🍋 avocado 🥑 hot_pepper 🌶️ popcorn 🍿 seedling 🌱 evergreen_tree 🌲 palm_tree 🌴
cactus 🌵 four_leaf_clover 🍀 maple_leaf 🍁 mushroom 🍄 rose 🌹 sunflower 🌻 cherry_blossom 🌸 bouquet 💐
dog 🐶 cat 🐱 mouse 🐭 hamster 🐹 rabbit 🐰 fox_face 🦊 bear 🐻 panda_face 🐼 tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸
monkey_face 🐵 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 chicken 🐔 penguin 🐧 bird 🐦 baby_chick 🐤 owl 🦉 eagle 🦅
bee 🐝 bug 🐛 ant 🐜 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 crab 🦀 fish 🐟 dolphin 🐬 whale 🐳 shark 🦈
elephant 🐘 unicorn_face 🦄 horse 🐴 sloth 🦥 kangaroo 🦘 hedgehog 🦔 dragon 🐉 sauropod 🦕 paw_prints 🐾
flag-gb 🇬🇧 flag-us 🇺🇸 us 🇺🇸 gb 🇬🇧 flag-de 🇩🇪 de 🇩🇪 flag-es 🇪🇸 es 🇪🇸 flag-fr 🇫🇷 fr 🇫🇷 flag-it 🇮🇹 it 🇮🇹
flag-jp 🇯🇵 jp 🇯🇵 flag-in 🇮🇳 flag-br 🇧🇷 flag-ca 🇨🇦 flag-au 🇦🇺 flag-nl 🇳🇱 flag-se 🇸🇪 flag-ch 🇨🇭 flag-eu 🇪🇺
`;

/** [name, character] for everything known, in the order of a picker. */
export const EMOJI = pairs(TABLE);
const BY_NAME = new Map(EMOJI);
const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"]; // skin-tone-2 to skin-tone-6
const VARIATION = "\uFE0F";

function pairs(table) {
  const words = table.trim().split(/\s+/);
  const found = [];
  for (let at = 0; at + 1 < words.length; at += 2) found.push([words[at], words[at + 1]]);
  return found;
}

/** The characters of an emoji by its name ("tada", "wave::skin-tone-3"), or null when it is not known here. */
export function emojiText(name) {
  const [base, tone] = String(name).split("::skin-tone-");
  const found = BY_NAME.get(base);
  if (found === undefined) return null;
  const shade = TONES[Number(tone) - 2];
  return shade ? found.replace(VARIATION, "") + shade : found;
}
