<?php
// Install a site, or bring it to an edition: fill.php SITE EDITION.json ADDRESSES.json
[, $site, $from, $to] = $argv;
$wanted = json_decode(file_get_contents($from), true);
$_SERVER += ['HTTP_HOST' => $wanted['host'], 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1',
    'REQUEST_METHOD' => 'GET', 'SERVER_NAME' => $wanted['host']];
if ($wanted['install']) {
    define('WP_INSTALLING', true);
}
require "$site/wp-load.php";
if ($wanted['install']) {
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install($wanted['title'], 'editor', 'editor@' . $wanted['host'], true, '', 'no-matter', $wanted['locale']);
    update_option('siteurl', 'http://' . $wanted['host']);
    update_option('home', 'http://' . $wanted['host']);
    update_option('WPLANG', $wanted['locale']);
    update_option('timezone_string', $wanted['zone']);
    update_option('permalink_structure', '/%year%/%monthnum%/%day%/%postname%/');
    if ($wanted['locale'] === 'zh_CN') {
        update_option('date_format', 'Y年n月j日');
        update_option('time_format', 'H:i');
    }
    exit;
}
update_option('rewrite_rules', '');
switch_theme($wanted['theme']);
global $wpdb, $wp_rewrite;
$wp_rewrite->init();
$wp_rewrite->flush_rules(false);
$known = [];
foreach (get_posts(['numberposts' => -1, 'post_status' => 'any']) as $post) {
    $number = get_post_meta($post->ID, 'number', true);
    if ($number === '') {
        wp_delete_post($post->ID, true);
    } else {
        $known[$number] = $post->ID;
    }
}
$seen = $addresses = $pinned = [];
foreach ($wanted['stories'] as $story) {
    $seen[$story['number']] = true;
    $term = term_exists($story['section'], 'category') ?: wp_insert_term($story['section'], 'category');
    $user = username_exists($story['author']) ?: wp_insert_user(['user_login' => $story['author'],
        'display_name' => $story['author'], 'user_pass' => 'no-matter', 'role' => 'author',
        'user_nicename' => 'author-' . substr(md5($story['author']), 0, 6)]);
    $post = ['post_title' => $story['title'], 'post_content' => $story['content'],
        'post_status' => $story['hidden'] ? 'draft' : 'publish', 'post_type' => 'post',
        'post_date' => $story['date'], 'post_date_gmt' => $story['date_gmt'],
        'post_category' => [(int) $term['term_id']], 'post_author' => $user,
        'tags_input' => [$story['section']]];
    $id = $known[$story['number']] ?? 0;
    $old = $id ? get_post($id) : null;
    if (!$old || $old->post_title !== $story['title'] || $old->post_content !== $story['content']
        || $old->post_status !== $post['post_status']) {
        $id = wp_insert_post(wp_slash($id ? ['ID' => $id] + $post : $post), true);
        if (is_wp_error($id)) {
            fwrite(STDERR, $id->get_error_message());
            exit(1);
        }
        add_post_meta($id, 'number', $story['number'], true);
        $wpdb->update($wpdb->posts, ['post_modified' => $story['modified'],
            'post_modified_gmt' => $story['modified_gmt']], ['ID' => $id]);
        clean_post_cache($id);
    }
    if ($story['pinned']) {
        $pinned[] = $id;
    }
    if (!$story['hidden']) {
        $addresses[$story['number']] = parse_url(get_permalink($id), PHP_URL_PATH);
    }
}
foreach ($known as $number => $id) {
    if (!isset($seen[$number])) {
        wp_delete_post($id, true);
    }
}
update_option('sticky_posts', $pinned);
file_put_contents($to, json_encode($addresses, JSON_FORCE_OBJECT));
