def compute_reward(obs, action, next_obs, xp):
    # Goal: Write the ticket of a café guest: one option for every part, then serve. The order leaves up to 2 parts open, which are then as this regular always has them. Ask about a part only where neither the order nor the answers settle it: a ticket counts if it is right in every part and no question was needless. Menu: drink: espresso, latte, tea, cocoa, mocha, cider; cup: thimble, small, medium, large, bucket, own mug; milk: no milk, cow's milk, oat milk, soy milk, almond milk, coconut milk; snack: no snack, scone, croissant, muffin, toast, pretzel; seat: window, counter, sofa, terrace, corner, booth; paper: news, novel, crossword, comic, poem, atlas. Regulars: night owl: espresso, thimble, no milk, no snack, window, news; novelist: espresso, thimble, cow's milk, no snack, counter, novel; violinist: latte, small, oat milk, scone, counter, crossword; gardener: latte, small, soy milk, croissant, window, crossword; professor: tea, medium, almond milk, croissant, sofa, novel; postman: tea, large, coconut milk, scone, sofa, news; sailor: cocoa, medium, no milk, muffin, terrace, comic; baker: cocoa, large, cow's milk, muffin, terrace, poem; clockmaker: mocha, bucket, oat milk, toast, corner, atlas; astronomer: mocha, own mug, soy milk, pretzel, corner, atlas; ferryman: cider, bucket, almond milk, pretzel, booth, poem; beekeeper: cider, own mug, coconut milk, toast, booth, comic.

    # The rise of right_parts in this step; 1 for 26.0 or more.
    right_parts_rises = xp.clip((next_obs.right_parts - obs.right_parts) / 26.0, -1.0, 1.0)
    right_parts_rises_paid = 4.1 * right_parts_rises

    # 1 in the step in which served becomes not set, -1 when it is undone, else 0.
    served_lost = xp.where(next_obs.served, 0.0, 1.0) - xp.where(obs.served, 0.0, 1.0)
    served_lost_paid = 0.81 * served_lost

    # The rise of right_parts in this step; 1 for 0.25 or more.
    right_parts_rises_2 = xp.clip((next_obs.right_parts - obs.right_parts) / 0.25, -1.0, 1.0)
    right_parts_rises_2_paid = 3.0 * right_parts_rises_2
    reward = right_parts_rises_paid + served_lost_paid + right_parts_rises_2_paid
    return reward, {
        "right_parts_rises": right_parts_rises_paid,
        "served_lost": served_lost_paid,
        "right_parts_rises_2": right_parts_rises_2_paid,
    }
# genome: [{"weight": 4.1, "measure": {"kind": "change", "a": "right_parts", "scale": 26.0}}, {"weight": 0.81, "measure": {"kind": "turns", "a": "served", "rising": false}}, {"weight": 3.0, "measure": {"kind": "change", "a": "right_parts", "scale": 0.25}}]
