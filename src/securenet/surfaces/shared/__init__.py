"""What every door needs: access, actor, base page, components."""
